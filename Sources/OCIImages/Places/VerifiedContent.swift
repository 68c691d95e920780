import Crypto
import NIOCore

/// Checks bytes against their descriptor while they go by: neither more nor fewer, and of the right digest.
public struct VerifiedContent: Sendable {
  private let descriptor: Descriptor
  private var hash = SHA256()
  /// Bytes that went by.
  public private(set) var count: Int64 = 0

  public init(_ descriptor: Descriptor) { self.descriptor = descriptor }

  /// The next bytes, in order.
  ///
  /// - Throws: ``OCIError`` (`bad_digest`) as soon as there are more than there should be: who sends without end is not listened to.
  public mutating func take(_ bytes: UnsafeRawBufferPointer) throws(OCIError) {
    guard Int64(bytes.count) <= descriptor.size - count else {
      throw OCIError(.badDigest, "\(descriptor.digest) has more than the \(descriptor.size) bytes that it should have")
    }
    count += Int64(bytes.count)
    hash.update(bufferPointer: bytes)
  }

  /// The next bytes, in order.
  public mutating func take(_ buffer: ByteBuffer) throws(OCIError) {
    var failure: OCIError?
    buffer.withUnsafeReadableBytes { bytes in
      do throws(OCIError) { try take(bytes) } catch { failure = error }
    }
    if let failure { throw failure }
  }

  /// There are no more.
  ///
  /// - Throws: ``OCIError`` (`bad_digest`) if they were too few, or others.
  public func finish() throws(OCIError) {
    guard count == descriptor.size else {
      throw OCIError(.badDigest, "\(descriptor.digest) has \(count) bytes, and should have \(descriptor.size)")
    }
    let found = Digest(hash.finalize())
    guard found == descriptor.digest else {
      throw OCIError(.badDigest, "what should be \(descriptor.digest) is \(found); it was damaged or changed")
    }
  }

  /// The bytes of a manifest, which are all there.
  ///
  /// - Throws: ``OCIError`` (`bad_digest`) if they are not those of the descriptor.
  public static func check(_ bytes: [UInt8], _ descriptor: Descriptor) throws(OCIError) {
    var content = VerifiedContent(descriptor)
    try content.take(ByteBuffer(bytes: bytes))
    try content.finish()
  }
}

extension BlobStream {
  /// The same bytes, and an error instead of the end (or as soon as there are too many) if they are not those of the descriptor.
  ///
  /// To be read from the blob's start.
  public func verified(_ descriptor: Descriptor) -> BlobStream {
    BlobStream(VerifiedPieces(pieces: self, content: VerifiedContent(descriptor)))
  }

  /// All bytes of a small blob.
  ///
  /// - Throws: ``OCIError`` (`bad_image`) if there are more than `limit`.
  public func collect(upTo limit: Int) async throws -> [UInt8] {
    var result: [UInt8] = []
    for try await piece in self {
      guard piece.readableBytes <= limit - result.count else {
        throw OCIError(.badImage, "a part of an image has more than \(limit) bytes, where less was expected")
      }
      result.append(contentsOf: piece.readableBytesView)
    }
    return result
  }
}

/// See ``BlobStream/verified(_:)``.
private struct VerifiedPieces: AsyncSequence, Sendable {
  let pieces: BlobStream
  let content: VerifiedContent

  struct AsyncIterator: AsyncIteratorProtocol {
    var pieces: BlobStream.AsyncIterator
    var content: VerifiedContent

    mutating func next() async throws -> ByteBuffer? {
      guard let piece = try await pieces.next() else {
        try content.finish()
        return nil
      }
      try content.take(piece)
      return piece
    }
  }

  func makeAsyncIterator() -> AsyncIterator {
    AsyncIterator(pieces: pieces.makeAsyncIterator(), content: content)
  }
}
