#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A host and a TCP port.
public struct NetworkAddress: Sendable, Hashable, CustomStringConvertible {
  /// A name or an address; an IPv6 address stands without brackets.
  public var host: String
  /// 0 to 65535; 0 takes a free port, for listening only.
  public var port: Int

  public init(host: String, port: Int) {
    self.host = host
    self.port = port
  }

  public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

  /// Whether only this machine reaches it: `localhost`, `127.…`, `::1`.
  public var isLoopback: Bool { host == "localhost" || host == "::1" || (host.hasPrefix("127.") && isIPv4) }

  /// Whether it stands for all addresses of the machine.
  public var isWildcard: Bool { host == "0.0.0.0" || host == "::" }

  private var isIPv4: Bool {
    var address = in_addr()
    return inet_pton(AF_INET, host, &address) == 1
  }

  private static let example = "give HOST:PORT, such as 127.0.0.1:50055, 0.0.0.0:50055 or [::1]:50055"

  /// Parses `HOST:PORT` or `[IPV6]:PORT`; the port may be left out if `defaultPort` is given.
  static func parse(_ text: String, defaultPort: Int?) throws(BadValue) -> NetworkAddress {
    let host: Substring
    var port: Substring?
    if text.hasPrefix("["), let close = text.firstIndex(of: "]") {
      host = text[text.index(after: text.startIndex)..<close]
      let rest = text[text.index(after: close)...]
      guard isIPv6(host), rest.isEmpty || rest.hasPrefix(":") else {
        throw BadValue("'\(text)' is no address; \(example)")
      }
      if !rest.isEmpty { port = rest.dropFirst() }
    } else {
      let parts = text.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard parts.count <= 2 else {
        throw BadValue("'\(text)' has several colons: an IPv6 address stands in brackets, as in [::1]:50055")
      }
      host = parts[0]
      if parts.count == 2 { port = parts[1] }
      guard isHost(host) else { throw BadValue("'\(text)' is no address; \(example)") }
    }
    guard let port else {
      guard let defaultPort, Int(host) == nil else { throw BadValue("'\(text)' has no port; \(example)") }
      return NetworkAddress(host: String(host), port: defaultPort)
    }
    guard let number = Int(port), (0...65_535).contains(number), port.utf8.allSatisfy({ (0x30...0x39).contains($0) })
    else { throw BadValue("the port of '\(text)' is not a number from 0 to 65535") }
    return NetworkAddress(host: String(host), port: number)
  }

  @Sendable static func parse(_ text: String) throws(BadValue) -> NetworkAddress { try parse(text, defaultPort: nil) }

  /// Parses an address to listen on: a literal one, or `localhost`. Names would make it the resolver's choice on which
  /// interface the coordinator is reachable.
  @Sendable static func parseLocal(_ text: String) throws(BadValue) -> NetworkAddress {
    let address = try parse(text)
    guard address.host == "localhost" || address.isIPv4 || address.host.contains(":") else {
      throw BadValue(
        "'\(address.host)' is a name, and a listener takes an address of this machine; give for example "
          + "0.0.0.0:\(address.port) or 127.0.0.1:\(address.port)")
    }
    return address
  }

  /// Parses one or more addresses of coordinators, with commas between them; the port may be left out.
  @Sendable static func parseList(_ text: String) throws(BadValue) -> [NetworkAddress] {
    var addresses: [NetworkAddress] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let part = part.drop { $0 == " " }
      let address = try parse(String(part), defaultPort: Ports.muster)
      guard address.port > 0 else { throw BadValue("the port of '\(part)' is not a number from 1 to 65535") }
      addresses.append(address)
    }
    return addresses
  }

  private static func isHost(_ text: Substring) -> Bool {
    !text.isEmpty && text.utf8.count <= 253
      && text.utf8.allSatisfy { byte in
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
          || byte == 0x2D || byte == 0x2E || byte == 0x5F
      }
  }

  private static func isIPv6(_ text: Substring) -> Bool {
    var address = in6_addr()
    return inet_pton(AF_INET6, String(text), &address) == 1
  }
}
