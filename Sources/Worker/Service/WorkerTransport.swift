import CoordinatorAPI
import GRPCCore
import GRPCNIOTransportHTTP2

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// How a worker's connections are set up.
enum WorkerTransport {
  /// - Parameter keepalive: ping the peer while a stream is open, to notice that it vanished without a word. Needs a
  ///   server that allows pings every 10 s; one that does not closes the connection.
  static func make(to address: CoordinatorAddress, keepalive: Bool) throws -> HTTP2ClientTransport.Posix {
    let limit = CoordinatorTransport.maxMessageBytes
    // grpc-swift reads the request limit for what the client receives; both are set, so that it does not matter.
    let limits = MethodConfig(
      names: [.init(service: "", method: "")], maxRequestMessageBytes: limit, maxResponseMessageBytes: limit)
    return try HTTP2ClientTransport.Posix(
      target: target(of: address), transportSecurity: .plaintext,
      config: .defaults { config in
        config.backoff = .init(initial: .milliseconds(200), max: .seconds(5), multiplier: 1.6, jitter: 0.2)
        config.connection.maxIdleTime = nil
        if keepalive {
          config.connection.keepalive = .init(time: .seconds(10), timeout: .seconds(10), allowWithoutCalls: false)
        }
      },
      serviceConfig: ServiceConfig(methodConfig: [limits]))
  }

  private static func target(of address: CoordinatorAddress) -> any ResolvableTarget {
    var v4 = in_addr()
    var v6 = in6_addr()
    if inet_pton(AF_INET, address.host, &v4) == 1 { return .ipv4(address: address.host, port: address.port) }
    if inet_pton(AF_INET6, address.host, &v6) == 1 { return .ipv6(address: address.host, port: address.port) }
    return .dns(host: address.host, port: address.port)
  }
}
