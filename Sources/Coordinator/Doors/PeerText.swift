import NIOCore

/// How the transport names the ends of a connection, in `ServerContext.remotePeer` and `localPeer`.
enum PeerText {
  /// By which a call finds the connection that it came over: both ends, because a peer may come from one port to two of
  /// our addresses.
  static func key(_ channel: any Channel) -> String { key(end(channel.remoteAddress), end(channel.localAddress)) }

  static func key(_ remote: String, _ local: String) -> String { "\(remote) \(local)" }

  private static func end(_ address: SocketAddress?) -> String {
    switch address {
    case .v4(let v4): "ipv4:\(v4.host):\(address?.port ?? 0)"
    case .v6(let v6): "ipv6:[\(v6.host)]:\(address?.port ?? 0)"
    default: "unknown"
    }
  }

  /// The address alone; an IPv4 one that comes over an IPv6 socket as itself.
  static func host(_ address: SocketAddress?) -> String {
    let text = address?.ipAddress ?? "unknown"
    return text.hasPrefix("::ffff:") && text.contains(".") ? String(text.dropFirst(7)) : text
  }
}
