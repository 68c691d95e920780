import AsyncHTTPClient
import MusterCore
import NIOCore
import NIOSSL
import Synchronization

#if os(Linux)
  import Glibc
#endif

/// A pool of connections, closed when nobody uses it any more.
final class HTTPPool: Sendable {
  let client: HTTPClient
  let connections = ConnectionRecord()
  private let uses = Atomic(0)

  init(_ settings: HTTPClient.Configuration) {
    var settings = settings
    settings.http2ConnectionDebugInitializer = connections.noting(settings.http2ConnectionDebugInitializer)
    settings.http1_1ConnectionDebugInitializer = connections.noting(settings.http1_1ConnectionDebugInitializer)
    client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: settings)
  }

  /// How many requests are in it.
  var useCount: Int { uses.load(ordering: .relaxed) }

  func begin() { uses.add(1, ordering: .relaxed) }

  func end() { uses.subtract(1, ordering: .relaxed) }

  deinit {
    // Answers hold their pool: when the last one goes, nothing is cut off.
    let client = client
    Task { try? await client.shutdown() }
  }

  /// - Throws: ``KubernetesError`` (`badConfiguration`, `credentials`).
  static func settings(
    _ configuration: ClientConfiguration, certificate: ClientCertificate?
  ) throws -> HTTPClient.Configuration {
    var settings = HTTPClient.Configuration(
      tlsConfiguration: try TLSSettings.make(configuration, certificate: certificate),
      redirectConfiguration: .disallow)
    settings.timeout.connect = .seconds(10)
    // A failed connection is the caller's to know at once, who has a plan for retries.
    settings.connectionPool.retryConnectionEstablishment = false
    // Over HTTP/1 each watch keeps a connection.
    settings.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 512
    settings.connectionPool.idleTimeout = .seconds(90)
    if let name = configuration.serverName { settings.dnsOverride = [name: configuration.server.host] }
    if let proxy = configuration.proxy {
      settings.proxy = .server(host: proxy.host, port: proxy.port, authorization: authorization(of: proxy))
    }
    let identity = ServerIdentity(configuration)
    // Called when a connection stands and before anything is sent over it.
    let prepare: @Sendable (any Channel) -> EventLoopFuture<Void> = { channel in
      identity.check(channel).flatMap { keepAlive(channel) }
    }
    settings.http2ConnectionDebugInitializer = prepare
    settings.http1_1ConnectionDebugInitializer = prepare
    return settings
  }

  private static func authorization(of proxy: ProxyAddress) -> HTTPClient.Authorization? {
    guard let value = proxy.authorization?.reveal() else { return nil }
    let words = value.split(separator: " ", maxSplits: 1)
    guard words.count == 2 else { return nil }
    return words[0].lowercased() == "basic"
      ? .basic(credentials: String(words[1])) : .bearer(tokens: String(words[1]))
  }

  /// Milliseconds that a server may take to confirm that it has received something.
  private static let longestSilence = 45_000

  /// Lets the kernel notice within about a minute that the other side is gone: an idle watch sends nothing itself, and
  /// would otherwise wait on a dead connection for minutes. While something that was sent is unconfirmed, keep-alive is
  /// silent and the kernel repeats it for a quarter of an hour, unless it is given a time.
  private static let keepAlive: @Sendable (any Channel) -> EventLoopFuture<Void> = { channel in
    var options: [EventLoopFuture<Void>] = [channel.setOption(.socketOption(.so_keepalive), value: 1)]
    #if os(Linux)
      options += [
        (TCP_KEEPIDLE, 30), (TCP_KEEPINTVL, 10), (TCP_KEEPCNT, 3), (TCP_USER_TIMEOUT, longestSilence),
      ].map { option, value in
        channel.setOption(
          .tcpOption(.init(rawValue: CInt(option))), value: ChannelOptions.Types.SocketOption.Value(value))
      }
    #endif
    // A socket that cannot do that is still a connection.
    return EventLoopFuture.andAllComplete(options, on: channel.eventLoop)
  }
}
