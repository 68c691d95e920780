import MusterCore

/// Where the coordinator listens, and what it speaks there.
public struct Listener: Sendable, Hashable, CustomStringConvertible {
  public var address: NetworkAddress
  /// Never empty.
  public var protocols: Set<WireProtocol>
  /// Whether it speaks TLS and wants to know who calls.
  public var tls: Bool
  /// From where calls are taken; empty: from everywhere.
  public var allow: [AddressRange]
  /// The only kinds for callers of the original protocol; nil: any.
  public var originalKinds: [String]?

  public init(
    address: NetworkAddress, protocols: Set<WireProtocol>, tls: Bool = false, allow: [AddressRange] = [],
    originalKinds: [String]? = nil
  ) {
    self.address = address
    self.protocols = protocols
    self.tls = tls
    self.allow = allow
    self.originalKinds = originalKinds
  }

  /// `127.0.0.1:50055/muster+original`, `0.0.0.0:50055/muster+tls`, which a flag takes too.
  public var description: String {
    "\(address)/" + protocols.sorted().map(\.rawValue).joined(separator: "+") + (tls ? "+tls" : "")
  }
}

/// A listener as it is written: without protocols the command decides.
struct ListenerEntry: Sendable, Hashable {
  var address: NetworkAddress
  var protocols: Set<WireProtocol>?
  /// Nil: TLS if there is a certificate.
  var tls: Bool?
  var allow: [AddressRange] = []
  var originalKinds: [String]?

  /// Parses `HOST:PORT` or `HOST:PORT/WORD+WORD`: protocols, and `tls` or `plaintext`.
  static func parse(_ text: String) throws(BadValue) -> ListenerEntry {
    let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    let address = try NetworkAddress.parseLocal(String(parts[0]))
    guard parts.count == 2 else { return ListenerEntry(address: address) }
    var words = parts[1].split(separator: "+").map(String.init)
    var tls: Bool?
    for (word, meaning) in [("tls", true), ("plaintext", false)] where words.contains(word) {
      if tls != nil { throw BadValue("'\(text)' says both tls and plaintext; give one of them") }
      tls = meaning
      words.removeAll { $0 == word }
    }
    return ListenerEntry(
      address: address, protocols: words.isEmpty && tls != nil ? nil : try protocols(words), tls: tls)
  }

  /// Parses listeners with commas between them.
  static func parseList(_ text: String) throws(BadValue) -> [ListenerEntry] {
    var entries: [ListenerEntry] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      entries.append(try parse(String(part.drop { $0 == " " })))
    }
    return entries
  }

  static func protocols(_ words: [String]) throws(BadValue) -> Set<WireProtocol> {
    var protocols: Set<WireProtocol> = []
    for word in words {
      guard let known = WireProtocol(rawValue: word) else {
        throw BadValue("'\(word)' is no protocol; give muster, original or both")
      }
      protocols.insert(known)
    }
    if protocols.isEmpty { throw BadValue("no protocol is given; give muster, original or both") }
    return protocols
  }
}
