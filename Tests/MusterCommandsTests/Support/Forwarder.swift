import CoordinatorAPI
import NIOCore
import NIOPosix
import Synchronization

/// An address that leads elsewhere when a test says so, as that of a Kubernetes service does: connections that are there stay
/// where they are.
final class Forwarder: Sendable {
  let address: CoordinatorAddress
  private let listener: any Channel
  private let target: Target

  /// Where new connections go.
  private final class Target: Sendable {
    private let state: Mutex<CoordinatorAddress>
    init(_ address: CoordinatorAddress) { state = Mutex(address) }
    var address: CoordinatorAddress {
      get { state.withLock { $0 } }
      set { state.withLock { $0 = newValue } }
    }
  }

  init(to address: CoordinatorAddress) async throws {
    let target = Target(address)
    self.target = target
    listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      // What comes is read when there is somebody to hand it to.
      .childChannelOption(.autoRead, value: false)
      .childChannelInitializer { $0.pipeline.addHandler(Entry(target)) }
      .bind(host: "127.0.0.1", port: 0).get()
    self.address = CoordinatorAddress(host: "127.0.0.1", port: listener.localAddress?.port ?? 0)
  }

  /// From now on new connections go there.
  func lead(to address: CoordinatorAddress) { target.address = address }

  func close() async { try? await listener.close() }

  /// Makes the connection to which one that came in is joined.
  private final class Entry: ChannelInboundHandler, Sendable {
    typealias InboundIn = ByteBuffer
    private let target: Target
    init(_ target: Target) { self.target = target }

    func channelActive(context: ChannelHandlerContext) {
      let here = context.channel
      let there = target.address
      ClientBootstrap(group: here.eventLoop).channelInitializer { $0.pipeline.addHandler(Pipe(to: here)) }
        .connect(host: there.host, port: there.port)
        .flatMap { other in here.pipeline.addHandler(Pipe(to: other)) }
        .flatMap { here.setOption(.autoRead, value: true) }
        .whenComplete { result in
          if case .failure = result { here.close(promise: nil) } else { here.read() }
        }
      context.fireChannelActive()
    }
  }

  /// Hands on what comes.
  private final class Pipe: ChannelInboundHandler, Sendable {
    typealias InboundIn = ByteBuffer
    private let other: any Channel
    init(to other: any Channel) { self.other = other }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      other.writeAndFlush(unwrapInboundIn(data), promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) { other.close(promise: nil) }
  }
}
