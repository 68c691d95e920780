import GRPCCore
import GRPCNIOTransportHTTP2

/// How this program's side of a connection to a coordinator is set up.
///
/// Used by every client here and by workers, so that a limit is set in one place.
public enum CoordinatorTransport {
  public typealias Transport = HTTP2ClientTransport.Posix

  /// The largest single message, in bytes. Payloads above 64 KiB come in parts, so that nothing gets near it but a
  /// task's input of the largest permitted size.
  public static let maxMessageBytes = 32 << 20

  /// A transport for one coordinator; it connects at the first call and again whenever the connection broke.
  public static func make(to address: CoordinatorAddress) throws -> Transport {
    // grpc-swift reads the request limit for what the client *receives*; both are set, so that it does not matter.
    // Left out, a message over 4 MiB ends its stream with RESOURCE_EXHAUSTED.
    let limits = MethodConfig(
      names: [.init(service: "", method: "")], maxRequestMessageBytes: maxMessageBytes,
      maxResponseMessageBytes: maxMessageBytes)
    return try Transport(
      target: target(of: address), transportSecurity: .plaintext,
      config: .defaults { config in
        config.backoff = .init(initial: .milliseconds(200), max: .seconds(5), multiplier: 1.6, jitter: 0.2)
        config.connection.maxIdleTime = nil
        // No keepalive pings: a gRPC server may answer them by closing the connection ("too many pings"). Streams here
        // notice a vanished peer by their own traffic instead.
      },
      serviceConfig: ServiceConfig(methodConfig: [limits]))
  }

  private static func target(of address: CoordinatorAddress) -> any ResolvableTarget {
    if CoordinatorAddress.isIPv4(address.host) { return .ipv4(address: address.host, port: address.port) }
    if CoordinatorAddress.isIPv6(address.host) { return .ipv6(address: address.host, port: address.port) }
    return .dns(host: address.host, port: address.port)
  }
}
