import MusterCore

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The bytes that the scripts of actions read, one content after the other.
struct ContentStream: AsyncSequence, Sendable {
  typealias Element = [UInt8]
  typealias Failure = any Error

  private static let pieceSize = 1 << 20

  let contents: [WantedFile.Content]
  /// The bundle's.
  let folder: String

  /// Bytes in all.
  var length: Int { contents.reduce(0) { $0 + Self.size($1) } }

  static func size(_ content: WantedFile.Content) -> Int {
    switch content {
    case .bytes(let bytes): bytes.reveal().count
    case .artifact(let artifact): artifact.size
    }
  }

  func makeAsyncIterator() -> Iterator { Iterator(contents: contents[...], folder: folder) }

  /// An open file, closed when nobody holds it any more.
  private final class OpenFile {
    let descriptor: Int32
    init(_ descriptor: Int32) { self.descriptor = descriptor }
    deinit { close(descriptor) }
  }

  struct Iterator: AsyncIteratorProtocol {
    fileprivate var contents: ArraySlice<WantedFile.Content>
    fileprivate let folder: String
    private var file: OpenFile?
    /// Bytes of the open file that are still to be sent.
    private var rest = 0

    fileprivate init(contents: ArraySlice<WantedFile.Content>, folder: String) {
      self.contents = contents
      self.folder = folder
    }

    /// - Throws: ``ProvisioningError`` (`badBundle`) for a file that cannot be read or is shorter than it was.
    mutating func next() async throws -> [UInt8]? {
      while true {
        if file != nil, rest == 0 { file = nil }
        if let file { return try read(file) }
        guard let content = contents.popFirst() else { return nil }
        switch content {
        case .bytes(let bytes): if !bytes.reveal().isEmpty { return bytes.reveal() }
        case .artifact(let artifact):
          let descriptor = open("\(folder)/\(artifact.path)", O_RDONLY | O_CLOEXEC)
          guard descriptor >= 0 else { throw changed(artifact.path) }
          file = OpenFile(descriptor)
          path = artifact.path
          rest = artifact.size
        }
      }
    }

    private var path = ""

    private mutating func read(_ file: OpenFile) throws -> [UInt8] {
      let wanted = Swift.min(rest, ContentStream.pieceSize)
      var failure = false
      let piece = [UInt8](unsafeUninitializedCapacity: wanted) { buffer, count in
        count = 0
        while count < wanted {
          let got = systemRead(file.descriptor, buffer.baseAddress.map { $0 + count }, wanted - count)
          if got < 0, errno == EINTR { continue }
          guard got > 0 else {
            failure = true
            return
          }
          count += got
        }
      }
      guard !failure else { throw changed(path) }
      rest -= piece.count
      return piece
    }

    private func changed(_ path: String) -> ProvisioningError {
      ProvisioningError(
        .badBundle,
        "'\(folder)/\(path)' is not any more what it was when the bundle was read; leave it alone, and run again")
    }
  }
}

private func systemRead(_ descriptor: Int32, _ buffer: UnsafeMutablePointer<UInt8>?, _ count: Int) -> Int {
  read(descriptor, buffer, count)
}
