import NIOHTTP1
import Testing

@testable import OCIImages

@Suite(.timeLimit(.minutes(1))) struct ManifestTests {
  private static func manifest(_ note: String, subject: Descriptor? = nil) throws -> (
    content: [UInt8], descriptor: Descriptor
  ) {
    let config = RegistryBench.descriptor(Array(note.utf8), .ociConfiguration)
    let content = try ImageManifest(config: config, layers: [], annotations: ["note": note], subject: subject).encoded()
    return (content, RegistryBench.descriptor(content, .ociManifest))
  }

  @Test("What is put under a tag is read under it and under its digest, byte by byte")
  func roundTrip() async throws {
    try await RegistryBench.with { bench async throws -> Void in
      let (content, descriptor) = try Self.manifest("a")
      try await bench.repository.putManifest(content, descriptor, tag: "1.0")
      for reference in [ManifestReference.tag("1.0"), .digest(descriptor.digest)] {
        let found = try await bench.repository.manifest(reference)
        #expect(found.content == content && found.descriptor == descriptor)
        #expect(try await bench.repository.describe(reference) == descriptor)
      }
      let accepted = bench.registry.state.withLock {
        $0.requests.first { $0.method == .GET }?.headers.first(name: "Accept")
      }
      #expect(accepted?.contains("image.index") == true && accepted?.contains("manifest.list") == true)
      #expect(try await bench.repository.describe(.tag("none")) == nil)
      let error = await #expect(throws: OCIError.self) { try await bench.repository.manifest(nil) }
      #expect(
        error?.code == .notFound && error?.message.contains("latest") == true
          && error?.details["registry_codes"] == "MANIFEST_UNKNOWN")
    }
  }

  @Test("Content that is not that of its digest is refused, whoever names the digest")
  func lying() async throws {
    let (content, descriptor) = try Self.manifest("a")
    let other = try Self.manifest("b")
    let wrong = StandInServer.Reply(headers: ["Content-Type": MediaType.ociManifest.rawValue], body: other.content)
    let claimed = StandInServer.Reply(headers: ["Docker-Content-Digest": "\(descriptor.digest)"], body: other.content)
    let nonsense = StandInServer.Reply(headers: ["Docker-Content-Digest": "sha256:xyz"], body: content)
    for (reply, reference, code) in [
      (wrong, ManifestReference.digest(descriptor.digest), OCIError.Code.badDigest), (claimed, .tag("1"), .badDigest),
      (nonsense, .tag("1"), .badAnswer),
    ] {
      try await RegistryBench.with {
        $0.faults = [.init(method: .GET, path: "manifests", effect: .reply(reply))]
      } _: { bench async throws -> Void in
        let error = await #expect(throws: OCIError.self) { try await bench.repository.manifest(reference) }
        #expect(error?.code == code)
      }
    }
  }

  @Test("A manifest larger than 4 MiB is not read, one cut short is asked for again")
  func bounds() async throws {
    let (content, descriptor) = try Self.manifest("a")
    let endless = StandInServer.Reply(body: Array(repeating: 32, count: (4 << 20) + 1))
    try await RegistryBench.with {
      $0.faults = [
        .init(method: .GET, path: "manifests/large", effect: .reply(endless)),
        .init(method: .GET, path: "manifests/1", times: 2, effect: .cutReply(10)),
      ]
    } _: { bench async throws -> Void in
      try await bench.repository.putManifest(content, descriptor, tag: "1")
      #expect(try await bench.repository.manifest(.tag("1")).content == content)
      let error = await #expect(throws: OCIError.self) { try await bench.repository.manifest(.tag("large")) }
      #expect(error?.code == .badAnswer)
    }
  }

  @Test("Tags come in pages, and a page of another host or one that comes again is not asked for")
  func tags() async throws {
    try await RegistryBench.with {
      $0.pageSize = 3
      for number in 10..<20 { $0.tags["team/app:v\(number)"] = "x" }
    } _: { bench async throws -> Void in
      #expect(try await bench.repository.tags() == (10..<20).map { "v\($0)" })
      #expect(bench.registry.count(.GET, "tags/list") == 4)
    }
    for link in ["<http://other.example/v2/x>; rel=next", "<ftp://x>; rel=next"] {
      let page = StandInServer.Reply(headers: ["Link": link], body: Array(#"{"tags":["a"]}"#.utf8))
      try await RegistryBench.with {
        $0.faults = [.init(method: .GET, path: "tags", times: 10, effect: .reply(page))]
      } _: { bench async throws -> Void in
        let error = await #expect(throws: OCIError.self) { try await bench.repository.tags() }
        #expect(error?.code == .badAnswer && bench.registry.asked.count == 1)
      }
    }
    let circle = StandInServer.Reply(
      headers: ["Link": "</v2/team/app/tags/list>; rel=next"], body: Array(#"{"tags":["a"]}"#.utf8))
    try await RegistryBench.with {
      $0.faults = [.init(method: .GET, path: "tags", times: 10, effect: .reply(circle))]
    } _: { bench async throws -> Void in
      #expect(try await bench.repository.tags() == ["a", "a"])
    }
  }

  @Test("What refers to an image is listed by the registry, or under the tag for older ones", arguments: [true, false])
  func referrers(_ listed: Bool) async throws {
    try await RegistryBench.with {
      $0.listsReferrers = listed
    } _: { bench async throws -> Void in
      let image = try Self.manifest("image")
      try await bench.repository.putManifest(image.content, image.descriptor, tag: "1")
      #expect(try await bench.repository.referrers(of: image.descriptor.digest).isEmpty)
      let signatures = try [
        Self.manifest("s1", subject: image.descriptor), Self.manifest("s2", subject: image.descriptor),
      ]
      for signature in signatures {
        try await bench.repository.putManifest(signature.content, signature.descriptor, tag: nil)
      }
      // Once more: it is entered once.
      try await bench.repository.putManifest(signatures[0].content, signatures[0].descriptor, tag: nil)
      let found = try await bench.repository.referrers(of: image.descriptor.digest)
      #expect(Set(found.map(\.digest)) == Set(signatures.map(\.descriptor.digest)) && found.count == 2)
      #expect(try await bench.repository.referrers(of: image.descriptor.digest, artifactType: "none").isEmpty)
    }
  }

  @Test("A question that is refused is one sentence, and its answer is read once", arguments: [403, 401, 500])
  func refusedHead(_ status: Int) async throws {
    let refusal = StandInServer.Reply(status: .init(statusCode: status))
    try await RegistryBench.with {
      $0.faults = [.init(method: .HEAD, path: "/v2/", times: 100, effect: .reply(refusal))]
    } _: { bench async throws -> Void in
      await #expect(throws: OCIError.self) { try await bench.repository.describe(.tag("1")) }
      await #expect(throws: OCIError.self) { try await bench.repository.hasBlob(RegistryBench.descriptor([1])) }
    }
  }

  @Test("What is deleted is gone, what is not there is fine, and what may not be deleted is said")
  func deletion() async throws {
    try await RegistryBench.with { bench async throws -> Void in
      let (content, descriptor) = try Self.manifest("a")
      try await bench.repository.putManifest(content, descriptor, tag: "1")
      try await bench.put([1, 2, 3])
      try await bench.repository.delete(.digest(descriptor.digest))
      try await bench.repository.delete(.digest(descriptor.digest))
      try await bench.repository.deleteBlob(.of([1, 2, 3]))
      #expect(try await bench.repository.describe(.digest(descriptor.digest)) == nil)
      bench.registry.state.withLock {
        $0.faults = [
          .init(
            method: .DELETE, path: "manifests", effect: .reply(StandInAnswers.error(.methodNotAllowed, "UNSUPPORTED")))
        ]
      }
      let error = await #expect(throws: OCIError.self) { try await bench.repository.delete(.tag("1")) }
      #expect(error?.code == .refused && error?.message.contains("UNSUPPORTED") == true)
    }
  }
}
