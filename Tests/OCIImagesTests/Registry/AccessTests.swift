import MusterCore
import NIOHTTP1
import Testing

@testable import OCIImages

@Suite(.timeLimit(.minutes(1))) struct AccessTests {
  private static let bytes = RegistryBench.bytes(1000)

  @Test("A password is told only after it was asked for")
  func basic() async throws {
    try await RegistryBench.with(credentials: AnyUser()) {
      $0.access = .basic(user: "u", password: "p")
    } _: { bench async throws -> Void in
      try await bench.put(Self.bytes)
      try await bench.client.check(registry: bench.server.address)
      let told = bench.registry.state.withLock { $0.requests.map { $0.headers.contains(name: "Authorization") } }
      #expect(told.first == false && told.dropFirst().allSatisfy { $0 })
    }
  }

  @Test("A token is fetched once for many who ask at once, and with the rights that are needed")
  func tokens() async throws {
    try await RegistryBench.with(credentials: AnyUser()) {
      $0.access = .tokens(user: "u", password: "p", uses: 1000, realm: nil)
      $0.blobs[.of(Self.bytes)] = Self.bytes
    } _: { bench async throws -> Void in
      _ = try await bench.read(RegistryBench.descriptor(Self.bytes))
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<20 { group.addTask { _ = try await bench.read(RegistryBench.descriptor(Self.bytes)) } }
        try await group.waitForAll()
      }
      #expect(bench.registry.count(.GET, "/token") == 1)
      try await bench.put(RegistryBench.bytes(2000))
      let asked = bench.registry.state.withLock { $0.requests.filter { $0.path == "/token" } }
      #expect(asked.map { $0.query["scope"] } == ["repository:team/app:pull", "repository:team/app:pull,push"])
      #expect(asked.allSatisfy { $0.query["service"] == "stand-in" })
    }
  }

  @Test("A token that ends in the middle of an upload is renewed, and the upload goes on", arguments: [2, 3, 4])
  func expiry(_ uses: Int) async throws {
    try await RegistryBench.with(chunk: 65_536) {
      $0.access = .tokens(user: nil, password: nil, uses: uses, realm: nil)
    } _: { bench async throws -> Void in
      let bytes = RegistryBench.bytes(400_000)
      #expect(try await bench.put(bytes) == 400_000)
      #expect(bench.registry.state.withLock { $0.blobs[.of(bytes)] == bytes })
      #expect(bench.registry.count(.POST, "uploads") <= 3)
    }
  }

  @Test("An identity token is traded in a form, and is in no address")
  func identity() async throws {
    struct Source: RegistryCredentialSource {
      func credentials(registry: String, repository: String) async throws -> RegistryCredentials? {
        .identityToken(Secret("idt"))
      }
    }
    try await RegistryBench.with(credentials: Source()) {
      $0.access = .tokens(user: "u", password: "idt", uses: 100, realm: nil)
    } _: { bench async throws -> Void in
      try await bench.put(Self.bytes)
      let asked = bench.registry.state.withLock { $0.requests.first { $0.path == "/token" } }
      let form = String(decoding: asked?.body ?? [], as: UTF8.self)
      #expect(
        asked?.method == .POST && form.contains("grant_type=refresh_token")
          && form.contains("scope=repository%3Ateam%2Fapp%3Apull"))
    }
  }

  @Test("Wrong and missing credentials are one sentence without them, and are not tried again and again")
  func refused() async throws {
    let wrong = GivenCredentials(.password(user: "u", password: Secret("wrong-secret")), registry: "x")
    for access in [
      StandInRegistry.Guard.basic(user: "u", password: "p"), .tokens(user: "u", password: "p", uses: 1, realm: nil),
    ] {
      for isMissing in [true, false] {
        struct Source: RegistryCredentialSource {
          let given: RegistryCredentials?
          func credentials(registry: String, repository: String) async throws -> RegistryCredentials? { given }
        }
        let source = Source(given: isMissing ? nil : try await wrong.credentials(registry: "x", repository: ""))
        try await RegistryBench.with(credentials: source) {
          $0.access = access
        } _: { bench async throws -> Void in
          let error = await #expect(throws: OCIError.self) { try await bench.put(Self.bytes) }
          #expect(error?.code == .credentials && error?.description.contains("wrong-secret") == false)
          #expect(bench.registry.asked.count <= 3)
        }
      }
    }
  }

  @Test("A registry that accepts no token that its service gives ends it")
  func storm() async throws {
    try await RegistryBench.with {
      $0.access = .tokens(user: nil, password: nil, uses: 0, realm: nil)
    } _: { bench async throws -> Void in
      let error = await #expect(throws: OCIError.self) { try await bench.put(Self.bytes) }
      #expect(error?.code == .credentials && bench.registry.asked.count <= 4)
    }
  }

  @Test("A password does not go to a token service by plain http because a registry behind https says so")
  func realm() async throws {
    let link = HTTPLink(RegistryConfiguration())
    let authenticator = Authenticator(link: link, configuration: RegistryConfiguration(credentials: AnyUser()))
    let challenge = Challenge(scheme: "bearer", parameters: ["realm": "http://auth.example/token"])
    let scopes = [TokenScope("a", .pull)]
    try await authenticator.learn(
      registry: "h.example", isPlain: false, challenges: [challenge], scopes: scopes, rejected: nil)
    let error = await #expect(throws: OCIError.self) {
      try await authenticator.header(registry: "h.example", scopes: scopes)
    }
    #expect(error?.code == .refused)
    for senseless in [
      Challenge(scheme: "bearer", parameters: ["realm": "not an address"]),
      Challenge(scheme: "negotiate", parameters: [:]),
    ] {
      await #expect(throws: OCIError.self) {
        try await authenticator.learn(
          registry: "h.example", isPlain: false, challenges: [senseless], scopes: scopes, rejected: nil)
      }
    }
    try await link.close()
  }

  @Test("Nothing goes by plain http to a registry that was not said to be so, not even on this machine")
  func plain() async throws {
    try await StandInRegistry().with { server in
      var configuration = RegistryConfiguration()
      configuration.retries = RetryPlan(attempts: 2, firstPause: .milliseconds(1))
      try await RegistryClient.with(configuration) { client in
        let error = await #expect(throws: OCIError.self) { try await client.check(registry: server.address) }
        #expect(error?.code == .unreachable)
      }
    }
  }

  @Test("What is no registry is said")
  func noRegistry() async throws {
    try await RegistryBench.with {
      $0.faults = [.init(method: .GET, path: "/v2/", effect: .reply(.init(status: .notFound)))]
    } _: { bench async throws -> Void in
      let error = await #expect(throws: OCIError.self) { try await bench.client.check(registry: bench.server.address) }
      #expect(error?.code == .unsupported)
      await #expect(throws: OCIError.self) { try await bench.client.check(registry: "not a name") }
    }
  }
}
