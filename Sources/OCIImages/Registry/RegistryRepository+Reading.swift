import AsyncHTTPClient
import MusterCore
import NIOCore
import NIOHTTP1

extension RegistryRepository: ImageSource {
  /// The content is checked: against the digest that was asked for, and against what the registry says that it is.
  ///
  /// - Throws: ``OCIError`` (`image_not_found`, `bad_digest`, …).
  public func manifest(_ reference: ManifestReference?) async throws -> (content: [UInt8], descriptor: Descriptor) {
    let reference = reference ?? .tag(ImageReference.defaultTag)
    let what = "the manifest \(reference) of \(name)"
    let request = request(.GET, address("manifests/\(reference)"), headers: Self.acceptingManifests())
    let (head, body) = try await exchange.whole(request, upTo: Self.maximumManifest, what: what)
    guard head.status == .ok else { throw exchange.failure(head, body, what: what) }
    let digest = Digest.of(body)
    if case .digest(let wanted) = reference, wanted != digest {
      throw OCIError(.badDigest, "\(registry) sends something else as \(what) (its digest is \(digest)); do not use it")
    }
    if let said = try saidDigest(head, what), said != digest {
      throw OCIError(
        .badDigest, "\(registry) sends \(what) and says that its digest is \(said), but it is \(digest); do not use it")
    }
    let type = try ManifestContent(body, mediaType: mediaType(head)).mediaType
    return (body, Descriptor(mediaType: type, digest: digest, size: Int64(body.count)))
  }

  /// What a tag points to, without fetching it; nil if there is no such manifest.
  ///
  /// - Throws: ``OCIError``.
  public func describe(_ reference: ManifestReference) async throws -> Descriptor? {
    let what = "the manifest \(reference) of \(name)"
    let response = try await exchange.send(
      request(.HEAD, address("manifests/\(reference)"), headers: Self.acceptingManifests()))
    // A body is read once: here, or by who reads what was refused.
    guard response.status == .ok || response.status == .notFound else {
      throw await exchange.failure(response, what: what)
    }
    await exchange.discard(response)
    if response.status == .notFound { return nil }
    // Not every registry says all that is needed here.
    guard let digest = try saidDigest(response, what), let type = mediaType(response),
      let size = response.headers.first(name: "Content-Length").flatMap(Int64.init), size > 0
    else { return try await manifest(reference).descriptor }
    if case .digest(let wanted) = reference, wanted != digest {
      throw OCIError(.badDigest, "\(registry) says that \(what) has the digest \(digest); do not use it")
    }
    return Descriptor(mediaType: type, digest: digest, size: size)
  }

  /// A transfer that breaks off goes on where it broke. Whether the content is right only who reads it to its end can tell.
  ///
  /// - Throws: ``OCIError`` (`image_not_found`, …).
  public func blob(_ descriptor: Descriptor, from offset: Int64) async throws -> BlobStream {
    let download = BlobDownload(repository: self, descriptor: descriptor)
    return BlobStream(
      BlobDownload.Pieces(download: download, first: try await download.open(at: offset), offset: offset))
  }

  public func hasBlob(_ descriptor: Descriptor) async throws -> Bool {
    // What is asked here is to be put there next: one token does for both.
    let response = try await exchange.send(request(.HEAD, address("blobs/\(descriptor.digest)"), .push))
    switch response.status {
    case .ok:
      await exchange.discard(response)
      let length = response.headers.first(name: "Content-Length").flatMap(Int64.init)
      return length == nil || length == descriptor.size
    case .notFound:
      await exchange.discard(response)
      return false
    default: throw await exchange.failure(response, what: "the blob \(descriptor.digest) of \(name)")
    }
  }

  /// Nil: it does not say.
  func saidDigest(_ head: HTTPClientResponse, _ what: String) throws(OCIError) -> Digest? {
    guard let text = head.headers.first(name: "Docker-Content-Digest") else { return nil }
    // Another algorithm's cannot be compared.
    if text.hasPrefix("sha512:") { return nil }
    do {
      return try Digest(text)
    } catch {
      throw OCIError(.badAnswer, "\(registry) sends no digest with \(what) that could be read: \(error.message)")
    }
  }

  private func mediaType(_ head: HTTPClientResponse) -> MediaType? {
    guard let text = head.headers.first(name: "Content-Type") else { return nil }
    let type = text.prefix { $0 != ";" && $0 != " " }
    // Some serve everything as plain JSON or bytes: the content then says what it is.
    let known = MediaType(rawValue: String(type))
    return known.isIndex || known.isManifest || type.hasPrefix("application/vnd.") ? known : nil
  }
}
