import NIOCore
import Testing

@testable import Kubernetes

@Suite("Opening a WebSocket")
struct WebSocketConnectorTests {
  private func client(_ server: any Channel, proxy: Bool = false, host: String = "127.0.0.1") -> KubernetesClient {
    let port = server.localAddress?.port ?? 0
    var configuration = ClientConfiguration(
      server: ServerAddress(isEncrypted: false, host: host, port: proxy ? 80 : port))
    if proxy { configuration.proxy = ProxyAddress(host: "127.0.0.1", port: port) }
    return KubernetesClient(configuration: configuration)
  }

  private func open(_ client: KubernetesClient) async throws -> ExecSession {
    try await client.exec("a", in: "default", ExecOptions(["true"]))
  }

  @Test("output that comes in one packet with the server's agreement is not lost")
  func leftOver() async throws {
    let status = Array(#"{"status":"Success"}"#.utf8)
    let server = try await SocketServer.speaking("v5.channel.k8s.io", [[1] + Array("early".utf8), [3] + status])
    let session = try await open(client(server))
    #expect(session.channelProtocol == "v5.channel.k8s.io")
    var seen: [ExecSession.Output] = []
    for try await part in session.output { seen.append(part) }
    #expect(seen == [.standardOutput(ByteBuffer(string: "early"))])
    #expect(try await session.exitStatus().isSuccess)
    await session.close()
    try await server.close()
  }

  @Test("a server that says all it has and closes at once is heard, and not waited for", .timeLimit(.minutes(1)))
  func brief() async throws {
    // As one of 1.36 does when nobody listens on a port.
    let server = try await SocketServer.speaking(
      "v4.channel.k8s.io", [[0, 9, 0], [1, 9, 0], [1] + Array("refused".utf8)], isBrief: true)
    for _ in 0..<50 {
      let port = try await client(server).portForward("a", in: "default", port: 9)
      let error = await #expect(throws: KubernetesError.self) { while try await port.receive() != nil {} }
      #expect(error?.message.contains("port 9 of the pod cannot be reached: refused") == true)
      await #expect(throws: KubernetesError.self) { while try await port.receive() != nil {} }
      await port.close()
    }
    try await server.close()
  }

  @Test("a server is found at whichever of its name's addresses it listens")
  func severalAddresses() async throws {
    let server = try await SocketServer.speaking("v5.channel.k8s.io", [])
    // The name leads to ::1 as well, where nobody listens.
    let session = try await open(client(server, host: "localhost"))
    #expect(session.channelProtocol == "v5.channel.k8s.io")
    await session.close()
    try await server.close()
  }

  @Test(
    "a server that speaks only SPDY is recognised",
    arguments: [
      "HTTP/1.1 400 Bad Request\r\nContent-Length: 24\r\n\r\nUpgrade request required",
      "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n\r\n",
      "HTTP/1.1 426 Upgrade Required\r\nContent-Length: 0\r\n\r\n",
    ])
  func spdy(answer: String) async throws {
    let server = try await SocketServer.answering(answer)
    let error = await #expect(throws: KubernetesError.self) { try await open(client(server)) }
    #expect(error?.code == .unsupported)
    #expect(error?.message.contains("SPDY") == true)
    try await server.close()
  }

  @Test("a protocol that was not asked for is not taken")
  func otherProtocol() async throws {
    let server = try await SocketServer.speaking("channel.k8s.io", [])
    let error = await #expect(throws: KubernetesError.self) { try await open(client(server)) }
    #expect(error?.code == .unsupported)
    try await server.close()
  }

  @Test("what is written to a server that does not read can be cancelled", .timeLimit(.minutes(1)))
  func cancelledWrite() async throws {
    let server = try await SocketServer.speaking("v5.channel.k8s.io", [], isDeaf: true)
    let configuration = ClientConfiguration(
      server: ServerAddress(isEncrypted: false, host: "127.0.0.1", port: server.localAddress?.port ?? 0))
    let socket = try await WebSocketConnector().openSocket(
      APIRequest(.get, "/"), protocols: ["v5.channel.k8s.io"], to: configuration, certificate: nil)
    let writing = Task { try await socket.send(ByteBuffer(repeating: 0, count: 64 << 20)) }
    // However far it has come by then: to an end it cannot come.
    try await Task.sleep(for: .milliseconds(100))
    writing.cancel()
    await #expect(throws: CancellationError.self) { try await writing.value }
    await socket.close()
    try await server.close()
  }

  @Test("a refusal carries the server's account")
  func refusal() async throws {
    let body = #"{"kind":"Status","status":"Failure","reason":"Forbidden","message":"no exec for you","code":403}"#
    let server = try await SocketServer.answering(
      "HTTP/1.1 403 Forbidden\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
    let error = await #expect(throws: KubernetesError.self) { try await open(client(server)) }
    #expect(error?.status?.reason == "Forbidden")
    #expect(error?.message.contains("no exec for you") == true)
    try await server.close()
  }

  @Test("nobody there, a closed connection and a proxy's refusal are sentences")
  func unreachable() async throws {
    let closing = try await SocketServer.answering("")
    let closed = await #expect(throws: KubernetesError.self) { try await open(client(closing)) }
    #expect(closed?.code == .unreachable)
    let gone = client(closing)
    try await closing.close()
    let nobody = await #expect(throws: KubernetesError.self) { try await open(gone) }
    #expect(nobody?.code == .unreachable)
    let proxy = try await SocketServer.answering("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n")
    let refused = await #expect(throws: KubernetesError.self) { try await open(client(proxy, proxy: true)) }
    #expect(refused?.message.contains("407") == true)
    try await proxy.close()
  }
}
