import NIOCore
import Synchronization

@testable import OCIImages

/// A source that notes which blobs were opened.
final class CountingSource: ImageSource {
  private let source: any ImageSource
  private let digests = Mutex<[Digest]>([])

  init(_ source: any ImageSource) { self.source = source }

  var opened: [Digest] { digests.withLock { $0 } }

  func manifest(_ reference: ManifestReference?) async throws -> (content: [UInt8], descriptor: Descriptor) {
    try await source.manifest(reference)
  }

  func blob(_ descriptor: Descriptor, from offset: Int64) async throws -> BlobStream {
    digests.withLock { $0.append(descriptor.digest) }
    return try await source.blob(descriptor, from: offset)
  }
}

/// A source that changes one bit of every blob, as a bad disk or a bad registry does.
struct DamagedSource: ImageSource {
  private let source: any ImageSource

  init(_ source: any ImageSource) { self.source = source }

  func manifest(_ reference: ManifestReference?) async throws -> (content: [UInt8], descriptor: Descriptor) {
    try await source.manifest(reference)
  }

  func blob(_ descriptor: Descriptor, from offset: Int64) async throws -> BlobStream {
    var bytes: [UInt8] = []
    for try await piece in try await source.blob(descriptor, from: 0) { bytes += piece.readableBytesView }
    bytes[bytes.count / 2] ^= 1
    return .memory(bytes, from: offset)
  }
}

/// Blobs and manifests in memory, as whoever serves them says they are.
struct MemorySourceOfImages: ImageSource {
  var manifests: [Digest: ([UInt8], MediaType)] = [:]
  var blobs: [Digest: [UInt8]] = [:]
  var root: Digest

  func manifest(_ reference: ManifestReference?) async throws -> (content: [UInt8], descriptor: Descriptor) {
    var digest = root
    if case .digest(let asked) = reference { digest = asked }
    guard let (content, type) = manifests[digest] else { throw OCIError(.notFound, "no \(digest)") }
    return (content, Descriptor(mediaType: type, digest: digest, size: Int64(content.count)))
  }

  func blob(_ descriptor: Descriptor, from offset: Int64) async throws -> BlobStream {
    guard let bytes = blobs[descriptor.digest] else { throw OCIError(.notFound, "no \(descriptor.digest)") }
    return .memory(bytes, from: offset)
  }
}
