import NIOCore

/// A place that images can be read from: a registry's repository, an OCI layout, a docker-archive, one just built.
///
/// What comes out of a place is checked by whoever reads it: ``VerifiedContent`` or the copying do so, and no byte of a
/// blob whose digest is wrong is ever acknowledged to a destination.
public protocol ImageSource: Sendable {
  /// The bytes of a manifest or an index, exactly as stored, and what they are.
  ///
  /// - Parameter reference: a tag or a digest; nil for the place's only image.
  /// - Throws: ``OCIError`` (`not_found`, …).
  func manifest(_ reference: ManifestReference?) async throws -> (content: [UInt8], descriptor: Descriptor)

  /// The bytes of a blob from `offset` on, in pieces.
  ///
  /// - Throws: ``OCIError`` (`not_found`, …).
  func blob(_ descriptor: Descriptor, from offset: Int64) async throws -> BlobStream
}

/// A place that images can be written to.
///
/// Written in this order: blobs, then manifests that point to them, then the index, then tags: whoever reads meanwhile never
/// finds a pointer to what is not there.
public protocol ImageDestination: Sendable {
  /// Whether it can hold an index; asked before anything is fetched for it.
  var takesIndexes: Bool { get }

  /// Whether the blob is there already, with the right size.
  func hasBlob(_ descriptor: Descriptor) async throws -> Bool

  /// Takes a blob; returns when it is stored and its digest was found right.
  ///
  /// - Parameters:
  ///   - origin: where it comes from, so that a registry can mount it from another of its own repositories.
  ///   - progress: called with the number of bytes that have been taken further; also negative, when some have to be sent again.
  ///   - open: opens the blob from an offset on; called again when a transfer is resumed or repeated.
  func putBlob(
    _ descriptor: Descriptor, origin: BlobOrigin?, progress: @escaping @Sendable (Int64) -> Void,
    open: @escaping @Sendable (_ offset: Int64) async throws -> BlobStream
  ) async throws

  /// Takes a manifest or an index.
  ///
  /// - Parameter tag: nil: it is to be found by its digest only.
  func putManifest(_ content: [UInt8], _ descriptor: Descriptor, tag: String?) async throws

  /// Everything has been put: an archive is written to its end here. A place that needs no end does nothing.
  func finish() async throws

  /// The copy failed and nothing more will come: what is unfinished goes. A place that keeps nothing unfinished does nothing.
  func abandon() async
}

extension ImageDestination {
  public var takesIndexes: Bool { true }
  public func abandon() async {}
}

/// A tag or a digest.
public enum ManifestReference: Sendable, Hashable, CustomStringConvertible {
  case tag(String)
  case digest(Digest)

  public var description: String {
    switch self {
    case .tag(let tag): tag
    case .digest(let digest): digest.description
    }
  }
}

/// A repository of a registry, from which a blob may be mounted into another one of the same registry.
public struct BlobOrigin: Sendable, Hashable {
  /// Host, and port unless it is the protocol's own.
  public var registry: String
  /// Without the host: `library/busybox`.
  public var repository: String

  public init(registry: String, repository: String) {
    self.registry = registry
    self.repository = repository
  }
}

/// The bytes of a blob, in pieces as they come.
public struct BlobStream: AsyncSequence, Sendable {
  public typealias Element = ByteBuffer
  private let make: @Sendable () -> AsyncIterator

  public struct AsyncIterator: AsyncIteratorProtocol {
    private let step: () async throws -> ByteBuffer?

    init(_ step: @escaping () async throws -> ByteBuffer?) { self.step = step }

    public mutating func next() async throws -> ByteBuffer? { try await step() }
  }

  /// - Parameter pieces: read once.
  public init<Pieces: AsyncSequence & Sendable>(_ pieces: Pieces) where Pieces.Element == ByteBuffer {
    make = {
      var iterator = pieces.makeAsyncIterator()
      return AsyncIterator { try await iterator.next() }
    }
  }

  public func makeAsyncIterator() -> AsyncIterator { make() }
}
