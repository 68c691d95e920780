import Certificates
import MusterCore
import NIOCore
import NIOPosix
import NIOSSL
import NIOTLS
import Synchronization
import X509

/// Looks at what listens somewhere, without telling it anything: whether it speaks TLS, and whose certificate it shows.
public enum TransportProbe {
  /// What was found.
  public enum Finding: Sendable {
    /// The certificates that it shows, its own first. Nothing has been checked.
    case tls([Certificate])
    /// Something answers, and not with TLS.
    case otherwise
    case nobody
  }

  public static func look(at address: CoordinatorAddress, patience: Duration = .seconds(5)) async -> Finding {
    let shown = Box<[Certificate]?>(nil)
    do {
      var configuration = TLSConfiguration.makeClientConfiguration()
      configuration.certificateVerification = .noHostnameVerification
      // None are asked here, and a machine may have none to load.
      configuration.trustRoots = .certificates([])
      configuration.applicationProtocols = ["h2"]
      let context = try NIOSSLContext(configuration: configuration)
      let loop = MultiThreadedEventLoopGroup.singleton.next()
      let done = loop.makePromise(of: Void.self)
      loop.scheduleTask(in: .nanoseconds(patience.wholeNanoseconds)) { done.fail(ChannelError.connectTimeout(.zero)) }
      let channel: any Channel
      do {
        channel = try await ClientBootstrap(group: loop)
          .connectTimeout(.nanoseconds(patience.wholeNanoseconds))
          .channelInitializer { channel in
            channel.eventLoop.makeCompletedFuture {
              let handler = try NIOSSLClientHandler(context: context, serverHostname: nil) { certificates, promise in
                shown.value = PeerCheck.certificates(certificates.map { (try? $0.toDERBytes()) ?? [] })
                promise.succeed(.certificateVerified)
              }
              try channel.pipeline.syncOperations.addHandler(handler)
              try channel.pipeline.syncOperations.addHandler(Watch(done))
            }
          }
          .connect(host: address.host, port: address.port).get()
      } catch {
        done.fail(error)
        return .nobody
      }
      let result: Finding
      do {
        try await done.futureResult.get()
        result = shown.value.map { .tls($0) } ?? .otherwise
      } catch {
        // Whoever hangs up without a word may have too many connections; what he speaks is not known.
        result = isGarbled(error) ? .otherwise : .nobody
      }
      try? await channel.close()
      return result
    } catch {
      return .nobody
    }
  }

  /// Whether something came that is no TLS, or a TLS alert.
  private static func isGarbled(_ error: any Error) -> Bool {
    guard case .handshakeFailed? = error as? NIOSSLError else { return false }
    return !"\(error)".contains("EOF")
  }

  private final class Watch: ChannelInboundHandler, Sendable {
    typealias InboundIn = ByteBuffer
    private let done: EventLoopPromise<Void>

    init(_ done: EventLoopPromise<Void>) { self.done = done }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
      if case .handshakeCompleted? = event as? TLSUserEvent { done.succeed() }
      context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { done.fail(error) }
    func channelInactive(context: ChannelHandlerContext) { done.fail(ChannelError.eof) }
  }

  private final class Box<Value: Sendable>: Sendable {
    private let state: Mutex<Value>
    init(_ value: Value) { state = Mutex(value) }
    var value: Value {
      get { state.withLock { $0 } }
      set { state.withLock { $0 = newValue } }
    }
  }
}
