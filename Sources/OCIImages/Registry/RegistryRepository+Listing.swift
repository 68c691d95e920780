import AsyncHTTPClient
import MusterCore
import NIOCore
import NIOHTTP1

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension RegistryRepository {
  /// Pages of one list that are read at most.
  static let maximumPages = 1000
  static let maximumTags = 100_000
  static let maximumReferrers = 100_000
  private static let maximumPage = 4 << 20

  /// The repository's tags, in the registry's order.
  ///
  /// - Throws: ``OCIError`` (`image_not_found`: no such repository; `bad_registry_answer`: more than 100,000).
  public func tags() async throws -> [String] {
    struct Page: Decodable {
      let tags: [String]?
    }
    var tags: [String] = []
    let what = "the tags of \(name)"
    try await pages(address("tags/list", [("n", "1000")]), what: what) { body, _ in
      guard let page = try? JSONDecoder().decode(Page.self, from: Data(body)) else {
        throw OCIError(.badAnswer, "\(registry) sends \(what) in a form that cannot be read; tell who runs it")
      }
      tags += (page.tags ?? []).filter { ReferenceGrammar.isTag($0) }
      guard tags.count <= Self.maximumTags else {
        throw OCIError(
          .badAnswer, "\(registry) sends more than \(Self.maximumTags) tags of \(name); more are not taken")
      }
    }
    return tags
  }

  /// What is about a manifest: signatures, lists of contents, …
  ///
  /// - Parameter artifactType: only those of this type.
  /// - Throws: ``OCIError`` (`bad_registry_answer`: more than 100,000).
  public func referrers(of digest: Digest, artifactType: String? = nil) async throws -> [Descriptor] {
    let query = artifactType.map { [("artifactType", $0)] } ?? []
    let what = "what refers to \(digest) in \(name)"
    var found: [Descriptor] = []
    do {
      try await pages(
        address("referrers/\(digest)", query), what: what, accept: MediaType.ociIndex.rawValue
      ) { body, _ in
        guard case .index(let index) = try ManifestContent(body, mediaType: .ociIndex) else {
          throw OCIError(.badAnswer, "\(registry) sends \(what) in a form that cannot be read; tell who runs it")
        }
        found += index.manifests
        guard found.count <= Self.maximumReferrers else {
          throw OCIError(
            .badAnswer, "\(registry) sends more than \(Self.maximumReferrers) entries of \(what); more are not taken")
        }
      }
    } catch let error as OCIError where error.code == .notFound || error.details["status"] == "400" {
      // Older than the list of referrers: then it is kept under a tag by those who push.
      found = try await taggedReferrers(of: digest)
    }
    // A registry need not be able to choose.
    return artifactType.map { type in found.filter { $0.artifactType == type } } ?? found
  }

  private func pages(
    _ first: WebAddress, what: String, accept: String = "application/json",
    _ take: (_ body: [UInt8], _ head: HTTPClientResponse) throws -> Void
  ) async throws {
    var address = first
    var seen: Set<WebAddress> = []
    while seen.insert(address).inserted {
      guard seen.count <= Self.maximumPages else {
        throw OCIError(
          .badAnswer, "\(registry) sends \(what) in more than \(Self.maximumPages) pages; more are not read")
      }
      let request = request(.GET, address, headers: ["Accept": accept])
      let (head, body) = try await exchange.whole(request, upTo: Self.maximumPage, what: what)
      guard head.status == .ok else { throw exchange.failure(head, body, what: what) }
      try take(body, head)
      guard let target = LinkField.next(head.headers["Link"]) else { return }
      guard let next = WebAddress(target, relativeTo: address), next.origin == exchange.origin else {
        throw OCIError(
          .badAnswer,
          "\(registry) says that \(what) go on at '\(ImageReference.shown(target))', which is not there; tell who runs it"
        )
      }
      address = next
    }
  }

  // MARK: Referrers where the registry does not list them

  /// `sha256-…`: the tag of the list of those that are about a manifest.
  ///
  /// Source: OCI distribution specification, "Referrers Tag Schema".
  private static func tag(of digest: Digest) -> String { "sha256-\(digest.hex)" }

  private func taggedReferrers(of digest: Digest) async throws -> [Descriptor] {
    do {
      let (content, _) = try await manifest(.tag(Self.tag(of: digest)))
      guard case .index(let index) = try ManifestContent(content) else { return [] }
      return index.manifests
    } catch let error as OCIError where error.code == .notFound {
      return []
    }
  }

  /// Adds a manifest to the list of those about another. Two that do so at once may lose one of them, as the specification says.
  func enterReferrer(_ content: [UInt8], _ descriptor: Descriptor, of subject: Digest) async throws {
    var entries = try await taggedReferrers(of: subject)
    guard !entries.contains(where: { $0.digest == descriptor.digest }) else { return }
    var entry = descriptor
    switch try ManifestContent(content) {
    case .image(let manifest):
      entry.artifactType = manifest.artifactType ?? manifest.config.mediaType.rawValue
      entry.annotations = manifest.annotations
    case .index(let index):
      entry.artifactType = index.artifactType
      entry.annotations = index.annotations
    }
    entry.platform = nil
    entries.append(entry)
    let list = try ImageIndex(manifests: entries).encoded()
    let target = Descriptor(mediaType: .ociIndex, digest: .of(list), size: Int64(list.count))
    try await putManifest(list, target, tag: Self.tag(of: subject))
  }
}
