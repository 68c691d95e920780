import MusterCore

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Where a coordinator listens: a host and a TCP port.
public struct CoordinatorAddress: Sendable, Hashable, CustomStringConvertible {
  /// The port of Muster's own protocol when none is named.
  public static let defaultPort = 50055
  /// Where a coordinator on this machine listens unless it is told otherwise.
  public static let standard = CoordinatorAddress(host: "127.0.0.1", port: defaultPort)

  /// A name, an IPv4 address, or an IPv6 address without brackets.
  public let host: String
  /// 1 to 65535.
  public let port: Int

  public init(host: String, port: Int = CoordinatorAddress.defaultPort) {
    self.host = host
    self.port = port
  }

  /// Reads `HOST`, `HOST:PORT`, `[IPV6]` or `[IPV6]:PORT`, each with or without `http://` before it.
  ///
  /// - Throws: ``APIError`` (`bad_address`) whose message says which part is wrong and what a right one looks like.
  public init(parsing text: String) throws(APIError) {
    let rest = try CoordinatorAddress.withoutScheme(text)
    let (host, port) = try CoordinatorAddress.split(rest, given: text)
    self.host = host
    self.port = try CoordinatorAddress.port(port, given: text)
  }

  /// Reads one or more addresses, separated by commas. They are tried in this order.
  ///
  /// - Throws: ``APIError`` (`bad_address`) for the first that is not an address, or when there is none.
  public static func list(parsing text: String) throws(APIError) -> [CoordinatorAddress] {
    var addresses: [CoordinatorAddress] = []
    for part in text.split(separator: ",") {
      let part = part.trimmingSpaces
      if !part.isEmpty { addresses.append(try CoordinatorAddress(parsing: part)) }
    }
    if addresses.isEmpty {
      throw APIError(.badAddress, "'\(text)' names no coordinator; give HOST:PORT, for example \(standard)")
    }
    return addresses
  }

  public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

  // MARK: - Parts

  private static func withoutScheme(_ text: String) throws(APIError) -> Substring {
    let text = text.trimmingSpaces
    guard let end = text.firstRange(of: "://") else { return text[...] }
    let scheme = text[..<end.lowerBound].lowercased()
    guard scheme == "http" else {
      throw APIError(
        .badAddress,
        "'\(text)' asks for \(scheme), and a coordinator is spoken to in plain HTTP/2; "
          + "give HOST:PORT or http://HOST:PORT")
    }
    var rest = text[end.upperBound...]
    while rest.hasSuffix("/") { rest.removeLast() }
    return rest
  }

  private static func split(_ rest: Substring, given: String) throws(APIError) -> (host: String, port: Substring?) {
    if rest.hasPrefix("[") {
      guard let close = rest.firstIndex(of: "]") else {
        throw APIError(.badAddress, "'\(given)' lacks the closing bracket of its IPv6 address, as in [::1]:50055")
      }
      let host = String(rest[rest.index(after: rest.startIndex)..<close])
      guard isIPv6(host) else {
        throw APIError(.badAddress, "'\(host)' in '\(given)' is not an IPv6 address, as in [::1]:50055")
      }
      let after = rest[rest.index(after: close)...]
      if after.isEmpty { return (host, nil) }
      guard after.hasPrefix(":") else {
        throw APIError(.badAddress, "'\(given)' has '\(after)' after its host; give HOST:PORT, as in [::1]:50055")
      }
      return (host, after.dropFirst())
    }
    let parts = rest.split(separator: ":", omittingEmptySubsequences: false)
    if parts.count > 2 {
      throw APIError(
        .badAddress, "'\(given)' has more than one colon; an IPv6 address stands in brackets, as in [::1]:50055")
    }
    let host = String(parts.first ?? "")
    guard isHost(host) else {
      throw APIError(
        .badAddress,
        host.isEmpty
          ? "'\(given)' has no host; give HOST:PORT, for example \(standard)"
          : "'\(host)' in '\(given)' is not a host name or an address; give HOST:PORT, for example \(standard)")
    }
    return (host, parts.count == 2 ? parts[1] : nil)
  }

  private static func port(_ text: Substring?, given: String) throws(APIError) -> Int {
    guard let text else { return defaultPort }
    guard let port = Int(text), (1...65535).contains(port), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
      throw APIError(.badAddress, "the port '\(text)' in '\(given)' is not a number from 1 to 65535")
    }
    return port
  }

  private static func isHost(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.count <= 253
      && text.utf8.allSatisfy { byte in
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
          || byte == 0x2D || byte == 0x2E || byte == 0x5F
      }
  }

  static func isIPv4(_ text: String) -> Bool {
    var address = in_addr()
    return inet_pton(AF_INET, text, &address) == 1
  }

  static func isIPv6(_ text: String) -> Bool {
    var address = in6_addr()
    return inet_pton(AF_INET6, text, &address) == 1
  }
}

extension StringProtocol {
  fileprivate var trimmingSpaces: String {
    var rest = Substring(self)
    while rest.first == " " { rest.removeFirst() }
    while rest.last == " " { rest.removeLast() }
    return String(rest)
  }
}
