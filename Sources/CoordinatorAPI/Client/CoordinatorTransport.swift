import GRPCCore
import GRPCNIOTransportHTTP2
import X509

/// How this program's side of a connection to a coordinator is set up.
///
/// Used by every client here and by workers, so that a limit is set in one place.
public enum CoordinatorTransport {
  public typealias Transport = HTTP2ClientTransport.Posix

  /// The largest single message, in bytes. Payloads above 64 KiB come in parts, so that nothing gets near it but a
  /// task's input of the largest permitted size.
  public static let maxMessageBytes = 32 << 20

  /// A transport for one coordinator; it connects at the first call and again whenever the connection broke.
  ///
  /// - Parameters:
  ///   - report: told what is wrong with the coordinator's certificate; nil: nobody wants to know.
  ///   - keepalive: ping the peer while a stream is open, to notice that it vanished without a word. Needs a server that
  ///     allows pings every 10 s; one that does not closes the connection.
  public static func make(
    to address: CoordinatorAddress, security: ConnectionSecurity = .plaintext, report: PeerReport? = nil,
    keepalive: Bool = false
  ) throws -> Transport {
    // grpc-swift reads the request limit for what the client *receives*; both are set, so that it does not matter.
    // Left out, a message over 4 MiB ends its stream with RESOURCE_EXHAUSTED.
    let limits = MethodConfig(
      names: [.init(service: "", method: "")], maxRequestMessageBytes: maxMessageBytes,
      maxResponseMessageBytes: maxMessageBytes)
    return try Transport(
      target: target(of: address), transportSecurity: try transportSecurity(security, address, report),
      config: .defaults { config in
        config.backoff = .init(initial: .milliseconds(200), max: .seconds(5), multiplier: 1.6, jitter: 0.2)
        config.connection.maxIdleTime = nil
        // Without being asked for, no keepalive pings: a gRPC server may answer them by closing the connection ("too many
        // pings"). Streams here notice a vanished peer by their own traffic instead.
        if keepalive {
          config.connection.keepalive = .init(time: .seconds(10), timeout: .seconds(10), allowWithoutCalls: false)
        }
      },
      serviceConfig: ServiceConfig(methodConfig: [limits]))
  }

  private static func transportSecurity(
    _ security: ConnectionSecurity, _ address: CoordinatorAddress, _ report: PeerReport?
  ) throws -> Transport.TransportSecurity {
    guard case .tls(let identity) = security else { return .plaintext }
    let report = report ?? PeerReport(authorities: identity.authorities, host: address.host)
    let chain = try identity.chain.map {
      TLSConfig.CertificateSource.bytes(try $0.serializeAsPEM().derBytes, format: .der)
    }
    let key = identity.key.map { TLSConfig.PrivateKeySource.bytes(Array($0.pem.reveal().utf8), format: .pem) }
    return .tls { config in
      config.certificateChain = chain
      config.privateKey = key
      // Names, signatures and times are checked by the report; the library would only say that it failed.
      config.serverCertificateVerification = .noHostnameVerification
      // Otherwise the machine's authorities would be loaded, of whom none is asked; where there are none that fails.
      config.trustRoots = .certificates([])
      config.customVerificationCallback = { shown, promise in report.verify(shown, promise) }
    }
  }

  private static func target(of address: CoordinatorAddress) -> any ResolvableTarget {
    if CoordinatorAddress.isIPv4(address.host) { return .ipv4(address: address.host, port: address.port) }
    if CoordinatorAddress.isIPv6(address.host) { return .ipv6(address: address.host, port: address.port) }
    return .dns(host: address.host, port: address.port)
  }
}
