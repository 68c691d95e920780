import MusterCore
import NIOHTTP1
import Synchronization
import Testing

@testable import OCIImages

/// What others than the registry, or broken sources, can bring about.
@Suite(.timeLimit(.minutes(1))) struct DistrustTests {
  private static let bytes = RegistryBench.bytes(1000)

  /// A host that asks for a password, for a token service of its own.
  private static func withThief(_ work: (StandInServer, StandInRegistry) async throws -> Void) async throws {
    let thief = StandInRegistry()
    try await thief.with({ $0.access = .tokens(user: nil, password: nil, uses: 1000, realm: nil) }) {
      try await work($0, thief)
    }
  }

  @Test("A host that is redirected to and wants a password is refused, and never told any", arguments: [true, false])
  func redirect(_ hasLearnt: Bool) async throws {
    try await Self.withThief { elsewhere, thief async throws -> Void in
      try await RegistryBench.with(credentials: AnyUser()) {
        if hasLearnt { $0.access = .basic(user: "u", password: "p") }
        $0.blobs[.of(Self.bytes)] = Self.bytes
        $0.redirectsBlobsTo = "http://\(elsewhere.address)"
      } _: { bench async throws -> Void in
        let error = await #expect(throws: OCIError.self) { try await bench.read(RegistryBench.descriptor(Self.bytes)) }
        #expect(error?.code == .credentials)
        let seen = thief.state.withLock { $0.requests }
        #expect(seen.count == 1 && seen.allSatisfy { !$0.headers.contains(name: "Authorization") })
      }
    }
  }

  @Test("A host that an upload is sent to and wants a password is refused, and never told any")
  func upload() async throws {
    try await Self.withThief { elsewhere, thief async throws -> Void in
      let away = StandInServer.Reply(status: .accepted, headers: ["Location": "http://\(elsewhere.address)/v2/a/up"])
      try await RegistryBench.with(credentials: AnyUser()) {
        $0.faults = [.init(method: .POST, path: "uploads", times: 10, effect: .reply(away))]
      } _: { bench async throws -> Void in
        let error = await #expect(throws: OCIError.self) { try await bench.put(Self.bytes) }
        #expect(error?.code == .credentials)
        let seen = thief.state.withLock { $0.requests }
        #expect(seen.count == 1 && seen.allSatisfy { !$0.headers.contains(name: "Authorization") })
      }
    }
  }

  @Test(
    "What a damaged source gives is not sent whole, not even to a registry that checks nothing",
    arguments: [1000, 200_000], ["flipped", "shorter", "longer"])
  func damaged(_ size: Int, _ damage: String) async throws {
    let config = Array("{}".utf8)
    let layer = RegistryBench.bytes(size)
    let descriptor = RegistryBench.descriptor(layer)
    let manifest = try ImageManifest(
      config: RegistryBench.descriptor(config, .ociConfiguration), layers: [descriptor]
    ).encoded()
    var wrong = layer
    switch damage {
    case "flipped": wrong[size - 1] ^= 1
    case "shorter": wrong.removeLast()
    default: wrong.append(0)
    }
    let source = MemorySourceOfImages(
      manifests: [.of(manifest): (manifest, .ociManifest)], blobs: [.of(config): config, descriptor.digest: wrong],
      root: .of(manifest))
    try await RegistryBench.with(chunk: 65_536) {
      $0.checksBlobs = false
    } _: { bench async throws -> Void in
      let copy = ImageCopy(from: source, nil, to: bench.repository, tag: "1")
      let error = await #expect(throws: OCIError.self) { try await copy.run() }
      #expect(error?.code == .badDigest || (damage == "shorter" && error?.code == .badImage))
      #expect(bench.registry.count(.PUT, "manifests") == 0)
      #expect(bench.registry.state.withLock { $0.blobs[descriptor.digest] } == nil)
    }
  }

  @Test("An empty blob whose source is not empty is not sent")
  func empty() async throws {
    try await RegistryBench.with { bench async throws -> Void in
      #expect(try await bench.put([]) == 0)
      let error = await #expect(throws: OCIError.self) {
        try await bench.repository.putBlob(RegistryBench.descriptor([]), origin: nil, progress: { _ in }) { _ in
          RegistryBench.stream([1])
        }
      }
      #expect(error?.code == .badDigest && bench.registry.count(.PUT, "uploads") == 1)
    }
  }

  @Test("Who waits for a token ends when cancelled, and those who wait for the same one go on")
  func cancelled() async throws {
    struct Slow: RegistryCredentialSource {
      let asked: AsyncStream<Void>.Continuation
      let answers: AsyncStream<Void>
      func credentials(registry: String, repository: String) async throws -> RegistryCredentials? {
        asked.yield()
        for await _ in answers { break }
        return .registryToken(Secret("t"))
      }
    }
    let (asked, asking) = AsyncStream.makeStream(of: Void.self)
    let (answers, answering) = AsyncStream.makeStream(of: Void.self)
    let configuration = RegistryConfiguration(credentials: Slow(asked: asking, answers: answers))
    let link = HTTPLink(configuration)
    let authenticator = Authenticator(link: link, configuration: configuration)
    let challenge = Challenge(scheme: "bearer", parameters: ["realm": "https://auth.example/token"])
    let scopes = [TokenScope("a", .pull)]
    try await authenticator.learn(registry: "h", isPlain: false, challenges: [challenge], scopes: scopes, rejected: nil)
    let first = Task { try await authenticator.header(registry: "h", scopes: scopes) }
    for await _ in asked { break }
    let second = Task { try await authenticator.header(registry: "h", scopes: scopes) }
    first.cancel()
    await #expect(throws: CancellationError.self) { try await first.value }
    answering.finish()
    #expect(try await second.value?.reveal() == "Bearer t")
    try await link.close()
  }

  @Test("An answer that never comes to its end is not waited for", arguments: [200, 500, 307])
  func endless(_ status: Int) async throws {
    let registry = StandInRegistry()
    let endless = StandInServer.Reply(
      status: .init(statusCode: status), headers: ["Content-Length": "1000", "Location": "/v2/"], body: [1])
    try await registry.with {
      $0.faults = [.init(method: .GET, path: "/v2/", times: 100, effect: .reply(endless))]
    } _: { server in
      var configuration = RegistryConfiguration(hosts: [server.address: RegistryHost(isPlainHTTP: true)])
      configuration.smallAnswerTime = .milliseconds(20)
      configuration.retries = RetryPlan(attempts: 2, firstPause: .milliseconds(1))
      try await RegistryClient.with(configuration) { client async throws -> Void in
        await #expect(throws: OCIError.self) { try await client.check(registry: server.address) }
      }
    }
  }

  @Test("A host is the same whether its protocol's own port is written or not")
  func ports() throws {
    let known = RegistryHost(certificateAuthorityFiles: ["ca.pem"])
    for name in ["h.example", "h.example:443"] {
      let configuration = RegistryConfiguration(hosts: [name: known])
      for text in ["https://h.example/", "https://h.example:443/v2/"] {
        #expect(configuration.host(try #require(WebAddress(text)).origin) == known)
      }
      #expect(configuration.host("h.example") == known && configuration.host("h.example:443") == known)
      #expect(configuration.host("h.example:5000") == RegistryHost())
      #expect(configuration.host(try #require(WebAddress("https://h.example:5000/")).origin) == RegistryHost())
    }
  }
}
