import NIOCore
import NIOPosix

#if os(Linux)
  import Glibc
#endif

extension ClientBootstrap {
  /// Lets the kernel notice within about a minute that the other side is gone; left alone, it takes two hours.
  func keepingAlive() -> ClientBootstrap {
    var bootstrap = channelOption(.socketOption(.so_keepalive), value: 1)
    #if os(Linux)
      for (option, value) in [(TCP_KEEPIDLE, 30), (TCP_KEEPINTVL, 10), (TCP_KEEPCNT, 3)] {
        bootstrap = bootstrap.channelOption(
          .tcpOption(.init(rawValue: CInt(option))), value: ChannelOptions.Types.SocketOption.Value(value))
      }
    #endif
    return bootstrap
  }
}
