/// Where the coordinator listens, and what it speaks there.
public struct Listener: Sendable, Hashable, CustomStringConvertible {
  public var address: NetworkAddress
  /// Never empty.
  public var protocols: Set<WireProtocol>

  public init(address: NetworkAddress, protocols: Set<WireProtocol>) {
    self.address = address
    self.protocols = protocols
  }

  /// `127.0.0.1:50055/muster+original`, which a flag takes too.
  public var description: String { "\(address)/" + protocols.sorted().map(\.rawValue).joined(separator: "+") }
}

/// A listener as it is written: without protocols the command decides.
struct ListenerEntry: Sendable, Hashable {
  var address: NetworkAddress
  var protocols: Set<WireProtocol>?

  /// Parses `HOST:PORT` or `HOST:PORT/PROTOCOL+PROTOCOL`.
  static func parse(_ text: String) throws(BadValue) -> ListenerEntry {
    let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    let address = try NetworkAddress.parseLocal(String(parts[0]))
    guard parts.count == 2 else { return ListenerEntry(address: address) }
    return ListenerEntry(address: address, protocols: try protocols(parts[1].split(separator: "+").map(String.init)))
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
