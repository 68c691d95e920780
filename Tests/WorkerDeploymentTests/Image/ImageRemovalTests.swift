import MusterCore
import OCIImages
import Testing

@testable import WorkerDeployment

@Suite("Deleting the delivered image", .enabled(if: ImageBench.isThere), .serialized)
struct ImageRemovalTests {
  /// Builds and delivers one.
  private func deliver(_ bench: ImageBench, _ client: RegistryClient) async throws -> DeliveredImage {
    let name = "\(bench.address)/team/workers:client-1"
    let image = WorkerImage(
      ImageValues(), target: ImageTarget(delivered: name, pulled: name, pullHost: bench.address),
      program: bench.program, certificates: nil)
    let prepared = try await image.build(client)
    defer { prepared.discard() }
    let digest = try await prepared.deliver(to: client)
    return try #require(DeliveredImage("\(name)@\(digest)"))
  }

  private func repository(_ image: DeliveredImage, _ client: RegistryClient) -> RegistryRepository {
    client.repository(image.reference)
  }

  @Test("it goes, and a second time there is nothing to do")
  func removes() async throws {
    let bench = try ImageBench(deletes: true)
    try await bench.withClient { client in
      let image = try await deliver(bench, client)
      let removal = ImageRemoval(image, at: client)
      #expect(try await removal.verdict() == .remove)
      #expect(try await removal.remove() == nil)
      #expect(try await repository(image, client).describe(.digest(image.digest)) == nil)
      #expect(try await removal.verdict() == .gone)
      #expect(try await removal.remove() == nil)
    }
  }

  @Test("a registry that does not delete is a reason, with the way to delete it")
  func refused() async throws {
    let bench = try ImageBench()
    try await bench.withClient { client in
      let image = try await deliver(bench, client)
      let why = try #require(try await ImageRemoval(image, at: client).remove())
      #expect(why.contains("status 405"), "\(why)")
      #expect(why.contains("'DELETE /v2/team/workers/manifests/\(image.digest)' at \(bench.address)"), "\(why)")
      #expect(try await repository(image, client).describe(.digest(image.digest)) != nil)
    }
  }

  @Test("another tag of the same image, alone or in an index, keeps it")
  func otherTags() async throws {
    let bench = try ImageBench(deletes: true)
    try await bench.withClient { client in
      let image = try await deliver(bench, client)
      let repository = repository(image, client)
      let (content, descriptor) = try await repository.manifest(.digest(image.digest))
      let index = try ImageIndex(manifests: [descriptor]).encoded()
      try await repository.putManifest(
        index, Descriptor(mediaType: .ociIndex, digest: .of(index), size: Int64(index.count)), tag: "all")
      let removal = ImageRemoval(image, at: client)
      #expect(try await removal.verdict() == .stays("the tag 'all' of its repository is the same image"))
      #expect(try await removal.remove()?.contains("the tag 'all'") == true)
      try await repository.delete(.digest(.of(index)))
      try await repository.putManifest(content, descriptor, tag: "release")
      #expect(try await removal.verdict() == .stays("the tag 'release' of its repository is the same image"))
      #expect(try await repository.describe(.digest(image.digest)) != nil)
    }
  }

  @Test("a tag that leads elsewhere, and an image that Muster has not built, stay")
  func others() async throws {
    let bench = try ImageBench(deletes: true)
    try await bench.withClient { client in
      let image = try await deliver(bench, client)
      let repository = repository(image, client)
      let built = try await ImageBuilder().build(
        ImageRecipe(base: .scratch, platform: Platform(architecture: "amd64"), layers: []))
      defer { built.discard() }
      _ = try await ImageCopy(from: built, .digest(built.descriptor.digest), to: repository, tag: "client-1").run()
      let moved = try await ImageRemoval(image, at: client).verdict()
      #expect(
        moved
          == .stays("its tag leads to another image now, \(built.descriptor.digest), that somebody else has delivered"))
      let theirs = try #require(
        DeliveredImage("\(bench.address)/team/workers:client-1@\(built.descriptor.digest)"))
      #expect(
        try await ImageRemoval(theirs, at: client).verdict()
          == .stays("it has no label muster.dev/image=worker, so Muster has not built it"))
    }
  }

  @Test("a registry that cannot be reached is a reason")
  func unreachable() async throws {
    let image = try #require(DeliveredImage("127.0.0.1:1/a/b:c@sha256:" + String(repeating: "0", count: 64)))
    let configuration = RegistryConfiguration(hosts: ["127.0.0.1:1": RegistryHost(isPlainHTTP: true)])
    try await RegistryClient.with(configuration) { client in
      guard case .stays(let why) = try await ImageRemoval(image, at: client).verdict() else {
        Issue.record("it was not a reason")
        return
      }
      #expect(why.contains("127.0.0.1:1"))
    }
  }

  @Test(
    "what is no reference with a tag and a digest is no delivered image",
    arguments: ["", "a", "registry.example/a:b", "registry.example/a@sha256:00", String(repeating: "a", count: 2000)])
  func references(text: String) { #expect(DeliveredImage(text) == nil) }
}
