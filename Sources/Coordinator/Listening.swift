import Foundation
import GRPCCore
import GRPCNIOTransportHTTP2
import NIOCore
import NIOPosix

/// How the coordinator listens.
enum Listening {
  typealias Transport = HTTP2ServerTransport.Custom<DoorListener>

  static func transport(
    for door: Door, of configuration: CoordinatorConfiguration
  ) throws -> Transport {
    var settings = settings(configuration)
    settings.channelDebuggingCallbacks.onAcceptHTTP2Stream = { channel in
      channel.eventLoop.makeCompletedFuture {
        let meter = AssemblyMeter(onTooMuch: door.countTooMuch, budget: door.assembly(of:))
        try channel.pipeline.syncOperations.addHandler(meter, position: .first)
      }
    }
    let group = MultiThreadedEventLoopGroup.singleton
    return Transport(
      listenerFactory: DoorListener(
        door: door, credentials: door.guardian == nil ? nil : configuration.trust?.credentials,
        address: try address(door.listener), eventLoopGroup: group),
      config: settings)
  }

  private static func settings(_ configuration: CoordinatorConfiguration) -> Transport.Config {
    var config = Transport.Config.defaults
    // Unset means 100 to the HTTP/2 library without telling clients so: their 101st stream kills the connection.
    config.http2.maxConcurrentStreams = configuration.limits.streams
    // The default of 4 MiB would refuse inputs and results within our own limits. Room beside them, so that what is a
    // little over a limit is answered with a sentence instead of a cut stream; no message can be over 4 GiB.
    let largest = max(configuration.maxInput, configuration.maxResult, 64 << 20)
    config.rpc.maxRequestPayloadSize = min(largest, Int(UInt32.max) - 16 << 20) + 16 << 20
    config.http2.targetWindowSize = 1 << 20
    config.connection.keepalive.time = .seconds(20)
    config.connection.keepalive.timeout = .seconds(10)
    // Clients of other languages measure their bandwidth with pings; do not cut them for it.
    config.connection.keepalive.clientBehavior.minPingIntervalWithoutCalls = .seconds(1)
    config.connection.keepalive.clientBehavior.allowWithoutCalls = true
    return config
  }

  static func address(
    _ listener: CoordinatorConfiguration.Listener
  ) throws -> NIOCore.SocketAddress {
    guard (0...65535).contains(listener.port) else {
      throw CoordinatorError(.badConfiguration, "the port \(listener.port) must be from 0 to 65535")
    }
    let host = listener.host == "localhost" ? "127.0.0.1" : listener.host
    guard let address = try? NIOCore.SocketAddress(ipAddress: host, port: listener.port) else {
      throw CoordinatorError(
        .badConfiguration,
        "'\(listener.host)' is not an address to listen on; give an IP address, 0.0.0.0 or [::] for all")
    }
    return address
  }

  static func text(_ address: GRPCNIOTransportHTTP2.SocketAddress) -> String {
    if let ipv4 = address.ipv4 { return "\(ipv4.host):\(ipv4.port)" }
    if let ipv6 = address.ipv6 { return "[\(ipv6.host)]:\(ipv6.port)" }
    return "\(address)"
  }

  static func text(_ address: NIOCore.SocketAddress?, orElse text: String) -> String {
    guard let address, let host = address.ipAddress, let port = address.port else { return text }
    return host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
  }

  /// The system's words for why a port cannot be had.
  static func reason(_ error: any Error) -> String {
    if let error = error as? RuntimeError, let cause = error.cause { return reason(cause) }
    if let error = error as? IOError { return String(cString: strerror(error.errnoCode)) }
    return "\(error)"
  }
}
