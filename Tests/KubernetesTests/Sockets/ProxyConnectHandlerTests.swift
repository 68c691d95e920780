import NIOCore
import NIOEmbedded
import Testing

@testable import Kubernetes

@Suite("The way through a proxy")
struct ProxyConnectHandlerTests {
  @Test("the proxy is asked for host and port", arguments: [("api.example", 80), ("10.0.0.1", 443), ("::1", 6443)])
  func target(host: String, port: Int) throws {
    let channel = EmbeddedChannel(
      handler: ProxyConnectHandler(ProxyAddress(host: "proxy.example", port: 3128), to: host, port: port))
    try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
    let place = host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    let asked = try #require(try channel.readOutbound(as: ByteBuffer.self))
    #expect(String(buffer: asked) == "CONNECT \(place) HTTP/1.1\r\nHost: \(place)\r\n\r\n")
  }
}
