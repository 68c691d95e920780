import Certificates
import CoordinatorAPI
import GRPCNIOTransportCore
import NIOCore
import NIOPosix
import NIOSSL
import X509

/// Accepts the connections of one door: counts them, does the handshake, and hands them to gRPC.
struct DoorListener: HTTP2ServerTransport.ListenerFactory {
  let door: Door
  let credentials: ServerCredentials?
  let address: NIOCore.SocketAddress
  let eventLoopGroup: any EventLoopGroup

  struct TooMany: Error {}

  func makeListeningChannel(
    listenerConfigurator: HTTP2ServerTransport.ListenerConfigurator,
    connectionConfigurator: HTTP2ServerTransport.ConnectionConfigurator
  ) async throws -> NIOAsyncChannel<HTTP2ServerTransport.ConnectionConfigurator.ConnectionChannel, Never> {
    try await ServerBootstrap(group: eventLoopGroup)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      // Thousands of workers come back at once after a restart.
      .serverChannelOption(.backlog, value: 4096)
      .serverChannelInitializer { listenerConfigurator.configure(channel: $0) }
      .bind(to: address) { channel in
        guard let connection = door.admit(channel) else {
          channel.close(promise: nil)
          return channel.eventLoop.makeFailedFuture(TooMany())
        }
        return channel.eventLoop.makeCompletedFuture {
          let pipeline = channel.pipeline.syncOperations
          try pipeline.addHandler(SocketEnd())
          try pipeline.addHandler(FirstByteGate(door: door, connection: connection))
          guard let credentials else { return }
          try pipeline.addHandler(Self.handshake(credentials, door, connection))
          try pipeline.addHandler(HandshakeWatch(door: door, connection: connection))
        }.flatMap {
          connectionConfigurator.configure(
            channel: channel, tls: credentials == nil ? .none : .configured(requireALPN: true))
        }
      }
  }

  /// Takes every certificate in the handshake, which proves that the peer has its key, and notes what is to be thought of
  /// it: who is refused at the first call is told why in a sentence, and not by a TLS alert.
  private static func handshake(
    _ credentials: ServerCredentials, _ door: Door, _ connection: PeerConnection
  ) -> NIOSSLServerHandler {
    NIOSSLServerHandler(context: credentials.context) { shown, promise in
      let chain = PeerCheck.certificates(shown.map { (try? $0.toDERBytes()) ?? [] })
      Task {
        await door.judge(chain, of: connection)
        promise.succeed(.certificateVerified)
      }
    }
  }
}
