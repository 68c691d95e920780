/// An address and a port, as URLs have them.
enum HostPort {
  static func text(_ address: String, _ port: Int) -> String {
    address.contains(":") ? "[\(address)]:\(port)" : "\(address):\(port)"
  }
}
