import AsyncHTTPClient
import MusterCore
import NIOCore
import NIOHTTP1

extension RegistryRepository: ImageDestination {
  public func putBlob(
    _ descriptor: Descriptor, origin: BlobOrigin?, progress: @escaping @Sendable (Int64) -> Void,
    open: @escaping @Sendable (_ offset: Int64) async throws -> BlobStream
  ) async throws {
    try await BlobUpload(repository: self, descriptor: descriptor, origin: origin, progress: progress, open: open).run()
  }

  /// The registry refuses a manifest whose blobs are not there.
  ///
  /// A manifest that is about another one is also entered in the list of those under the tag that older registries need.
  public func putManifest(_ content: [UInt8], _ descriptor: Descriptor, tag: String?) async throws {
    if let tag, !ReferenceGrammar.isTag(tag) {
      throw OCIError(
        .badReference,
        "'\(ImageReference.shown(tag))' is no tag; write up to 128 letters, digits, '_', '.' and '-', not beginning with '.' or '-'"
      )
    }
    guard Digest.of(content) == descriptor.digest, Int64(content.count) == descriptor.size else {
      throw OCIError(
        .badDigest, "a manifest for \(name) is not that of its digest \(descriptor.digest); it was not sent")
    }
    let what = "the manifest \(tag ?? descriptor.digest.description) for \(name)"
    var request = request(.PUT, address("manifests/\(tag ?? descriptor.digest.description)"), .push)
    request.headers.add(name: "Content-Type", value: descriptor.mediaType.rawValue)
    request.body = .bytes(content)
    let (head, body) = try await exchange.whole(request, upTo: RegistryErrors.maximumBytes, what: what)
    guard head.status == .created || head.status == .ok || head.status == .accepted else {
      throw exchange.failure(head, body, what: what)
    }
    if let said = try saidDigest(head, what), said != descriptor.digest {
      throw OCIError(
        .badDigest, "\(registry) stored \(what) as \(said), and it is \(descriptor.digest); it was changed on its way")
    }
    if head.headers.first(name: "OCI-Subject") == nil, let subject = Self.subject(of: content) {
      try await enterReferrer(content, descriptor, of: subject.digest)
    }
  }

  public func finish() async throws {}

  /// Takes away a manifest by its digest, or a tag where the registry can do that. What is not there is fine.
  ///
  /// - Throws: ``OCIError``; many registries do not allow it (`registry_refused`).
  public func delete(_ reference: ManifestReference) async throws {
    try await delete(address("manifests/\(reference)"), what: "the manifest \(reference) of \(name) to be deleted")
  }

  /// Takes away a blob. What is not there is fine.
  ///
  /// - Throws: ``OCIError``; many registries do not allow it (`registry_refused`).
  public func deleteBlob(_ digest: Digest) async throws {
    try await delete(address("blobs/\(digest)"), what: "the blob \(digest) of \(name) to be deleted")
  }

  private func delete(_ address: WebAddress, what: String) async throws {
    let (head, body) = try await exchange.whole(
      request(.DELETE, address, .delete), upTo: RegistryErrors.maximumBytes, what: what)
    guard (200...299).contains(head.status.code) || head.status == .notFound else {
      throw exchange.failure(head, body, what: what)
    }
  }

  private static func subject(of content: [UInt8]) -> Descriptor? {
    switch try? ManifestContent(content) {
    case .image(let manifest)?: manifest.subject
    case .index(let index)?: index.subject
    case nil: nil
    }
  }
}
