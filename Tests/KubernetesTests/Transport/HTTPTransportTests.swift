import MusterCore
import NIOCore
import Synchronization
import Testing

@testable import Kubernetes

@Suite("Requests over the network", .timeLimit(.minutes(1)))
struct HTTPTransportTests {
  let ok: [ScriptedServer.Step] = [.head(200, [("content-length", "2")]), .bytes("{}"), .end]

  @Test("a request arrives as it was meant, with who asks")
  func request() async throws {
    try await ScriptedServer.with { [ok] _, _ in
      ok
    } _: { server in
      var configuration = server.configuration(FixedCredentials(.token(Secret("t0ken"))))
      configuration.impersonation = Impersonation(user: "eve", groups: ["a", "b"])
      let transport = HTTPTransport(configuration, userAgent: "test/1")
      let response = try await transport.send(
        APIRequest(
          .post, "/api/v1/pods", query: [("labelSelector", "a in (b, c)&d"), ("x", "é+")],
          headers: [("Content-Type", "application/json")], body: ByteBuffer(string: "body")))
      #expect(response.status == 200)
      let body = try await response.body.collect(upTo: 100)
      #expect(String(buffer: body) == "{}")
      let seen = try #require(server.requests.first)
      #expect(seen.method == "POST" && seen.body == "body")
      #expect(seen.uri == "/prefix/api/v1/pods?labelSelector=a%20in%20%28b%2C%20c%29%26d&x=%C3%A9%2B")
      #expect(seen.headers["authorization"] == ["Bearer t0ken"])
      #expect(seen.headers["user-agent"] == ["test/1"])
      #expect(seen.headers["impersonate-group"] == ["a", "b"])
      #expect(seen.headers["host"] == ["127.0.0.1:\(server.port)"])
    }
  }

  @Test("who reads a body a second time gets nothing")
  func second() async throws {
    try await ScriptedServer.with { [ok] _, _ in
      ok
    } _: { server in
      let response = try await HTTPTransport(server.configuration()).send(APIRequest(.get, "/x"))
      #expect(String(buffer: try await response.body.collect(upTo: 100)) == "{}")
      #expect(try await response.body.collect(upTo: 100).readableBytes == 0)
    }
  }

  /// A source whose token is another one after each refresh.
  final class Rotating: CredentialSource {
    let number = Mutex(0)

    func current(forceRefresh: Bool) async throws -> Credentials {
      let number = number.withLock { number in
        if forceRefresh { number += 1 }
        return number
      }
      return .token(Secret("t\(number)"))
    }
  }

  @Test("a token that is refused is renewed once, also for a change")
  func renewal() async throws {
    try await ScriptedServer.with { [ok] request, _ in
      request.headers["authorization"] == ["Bearer t1"] ? ok : [.head(401, [("content-length", "0")]), .end]
    } _: { server in
      let source = Rotating()
      let transport = HTTPTransport(server.configuration(source))
      let response = try await transport.send(APIRequest(.post, "/x", body: ByteBuffer(string: "b")))
      #expect(response.status == 200)
      #expect(server.requests.map(\.body) == ["b", "b"])
      let next = try await transport.send(APIRequest(.get, "/x"))
      #expect(next.status == 200 && server.requests.count == 3)
      source.number.withLock { $0 = 7 }
      let last = try await transport.send(APIRequest(.get, "/x"))
      #expect(last.status == 401)
      #expect(server.requests.count == 5)
    }
  }

  @Test("a redirect is not followed, so that credentials stay with the server")
  func redirect() async throws {
    try await ScriptedServer.with { _, _ in
      [.head(302, [("location", "http://127.0.0.1:1/"), ("content-length", "0")]), .end]
    } _: { server in
      let transport = HTTPTransport(server.configuration(FixedCredentials(.token(Secret("t0ken")))))
      let response = try await transport.send(APIRequest(.get, "/x"))
      #expect(response.status == 302)
      #expect(server.requests.count == 1)
      let client = KubernetesClient(transport: transport, behaviour: ClientBehaviour(retries: .never))
      let error = await #expect(throws: KubernetesError.self) { try await client.serverVersion() }
      #expect(error?.code == .refused && error?.message.contains("t0ken") == false)
    }
  }

  @Test("a connection that breaks before the answer, or in the middle of it, is said; a question is asked again")
  func broken() async throws {
    let half: [ScriptedServer.Step] = [
      .head(200, [("transfer-encoding", "chunked")]), .bytes(#"{"major":"1","#), .drop,
    ]
    let whole = #"{"major":"1","minor":"20","gitVersion":"v1.20.2"}"#
    try await ScriptedServer.with { _, number in
      switch number {
      case 0: [.drop]
      case 1: half
      case 2: [.head(429, [("retry-after", "0"), ("content-length", "0")]), .end]
      case 3: [.head(500, [("content-length", "2")]), .bytes("no"), .end]
      default: [.head(200, [("content-length", "\(whole.utf8.count)")]), .bytes(whole), .end]
      }
    } _: { server in
      let retries = RetryPolicy(firstPause: .milliseconds(1))
      let client = KubernetesClient(configuration: server.configuration(), behaviour: ClientBehaviour(retries: retries))
      let version = try await client.serverVersion()
      #expect(version.gitVersion == "v1.20.2")
      #expect(server.requests.count == 5)
    }
    try await ScriptedServer.with { _, _ in
      half
    } _: { server in
      let client = KubernetesClient(
        configuration: server.configuration(), behaviour: ClientBehaviour(retries: .never))
      let error = await #expect(throws: KubernetesError.self) { try await client.serverVersion() }
      #expect(error?.code == .unreachable && error?.details["request"] == nil)
      let creation = await #expect(throws: KubernetesError.self) {
        try await client.resources(Thing.self, in: "lab").create(Thing("a"))
      }
      #expect(creation?.code == .unreachable && server.requests.count == 2)
    }
  }

  @Test("a server that says nothing, and one that stops in the middle, are given up")
  func silent() async throws {
    try await ScriptedServer.with { _, number in
      number == 0 ? [] : [.head(200, [("content-length", "100")]), .bytes("{")]
    } _: { server in
      let behaviour = ClientBehaviour(patience: .milliseconds(50), idleLimit: .milliseconds(50), retries: .never)
      let client = KubernetesClient(configuration: server.configuration(), behaviour: behaviour)
      let silent = await #expect(throws: KubernetesError.self) { try await client.serverVersion() }
      #expect(silent?.code == .deadline && silent?.message.contains("did not answer within 50 ms") == true)
      var patient = behaviour
      patient.patience = .seconds(30)
      let other = KubernetesClient(configuration: server.configuration(), behaviour: patient)
      let stopped = await #expect(throws: KubernetesError.self) { try await other.serverVersion() }
      #expect(stopped?.code == .deadline && stopped?.message.contains("sent nothing for 50 ms") == true)
    }
  }

  @Test("nobody there, and what is no API server, are different sentences")
  func wrong() async throws {
    var port = 0
    try await ScriptedServer.with { _, _ in
      [.head(400, [("content-length", "0")]), .end]
    } _: { server in
      port = server.port
      var configuration = server.configuration()
      configuration.server.isEncrypted = true
      let transport = HTTPTransport(configuration)
      let error = await #expect(throws: KubernetesError.self) { try await transport.send(APIRequest(.get, "/x")) }
      #expect(error?.code == .unreachable && error?.message.contains("TLS") == true)
    }
    let nobody = HTTPTransport(
      ClientConfiguration(server: ServerAddress(isEncrypted: false, host: "127.0.0.1", port: port)))
    let error = await #expect(throws: KubernetesError.self) { try await nobody.send(APIRequest(.get, "/x")) }
    #expect(error?.code == .unreachable && error?.details["request"] == "not sent")
    #expect(error?.message.contains("the connection was refused") == true)
  }

  @Test("a connection that ends while it is made is tried again, also for a change, for nothing has left")
  func handshake() async throws {
    // Nobody listens behind it, so it closes each connection.
    try await FaultyRelay.with(("127.0.0.1", 1)) { relay, port in
      let client = KubernetesClient(
        configuration: ClientConfiguration(server: ServerAddress(host: "127.0.0.1", port: port)),
        behaviour: ClientBehaviour(retries: RetryPolicy(attempts: 3, firstPause: .milliseconds(1))))
      let error = await #expect(throws: KubernetesError.self) {
        try await client.resources(Thing.self, in: "lab").create(Thing("a"))
      }
      #expect(error?.code == .unreachable && error?.details["request"] == "not sent")
      #expect(error?.message.contains("could be made") == true)
      #expect(relay.accepted == 3)
    }
  }

  @Test("a token with a line end is refused, and stays out of the message")
  func injection() async throws {
    try await ScriptedServer.with { [ok] _, _ in
      ok
    } _: { server in
      let transport = HTTPTransport(server.configuration(FixedCredentials(.token(Secret("s3cret\r\nX: y")))))
      let error = await #expect(throws: KubernetesError.self) { try await transport.send(APIRequest(.get, "/x")) }
      #expect(error?.code == .badValue)
      #expect("\(error as Any)".contains("s3cret") == false)
      #expect(server.requests.isEmpty)
    }
  }

  @Test("a request that is cancelled ends at once")
  func cancelled() async throws {
    try await ScriptedServer.with { _, _ in
      []
    } _: { server in
      let transport = HTTPTransport(server.configuration())
      let asking = Task { try await transport.send(APIRequest(.get, "/x")) }
      try await until { !server.requests.isEmpty }
      asking.cancel()
      await #expect(throws: CancellationError.self) { try await asking.value }
    }
  }

  @Test("authorities and client certificates that cannot be read are sentences without them")
  func certificates() async throws {
    var configuration = ClientConfiguration(
      server: ServerAddress(host: "127.0.0.1", port: 1), certificateAuthorities: "rubbish")
    var error = await #expect(throws: KubernetesError.self) {
      try await HTTPTransport(configuration).send(APIRequest(.get, "/x"))
    }
    #expect(error?.code == .badConfiguration)
    configuration.certificateAuthorities = nil
    configuration.credentials = FixedCredentials(
      Credentials(certificate: ClientCertificate(chain: "rubbish", key: Secret("s3cret"))))
    error = await #expect(throws: KubernetesError.self) {
      try await HTTPTransport(configuration).send(APIRequest(.get, "/x"))
    }
    #expect(error?.code == .credentials && "\(error as Any)".contains("s3cret") == false)
    configuration.credentials = FixedCredentials()
    configuration.serverName = "10.0.0.1"
    error = await #expect(throws: KubernetesError.self) {
      try await HTTPTransport(configuration).send(APIRequest(.get, "/x"))
    }
    #expect(error?.code == .badConfiguration && error?.message.contains("tls-server-name '10.0.0.1'") == true)
  }

  @Test("WebSockets need one who opens them")
  func sockets() async throws {
    let transport = HTTPTransport(ClientConfiguration(server: ServerAddress(host: "127.0.0.1", port: 1)))
    let error = await #expect(throws: KubernetesError.self) {
      try await transport.openSocket(APIRequest(.get, "/x"), protocols: ["v4.channel.k8s.io"])
    }
    #expect(error?.code == .unsupported)
  }
}
