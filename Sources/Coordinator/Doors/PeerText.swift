import NIOCore

/// How the transport names a peer, in `ServerContext.remotePeer`.
enum PeerText {
  /// By which a call finds the connection that it came over.
  static func key(_ address: SocketAddress?) -> String {
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
