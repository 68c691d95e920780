import Kubernetes
import MusterCore

/// The forms of `COORDINATOR_EP`: an address or a host name, with a port or without.
struct EndpointText: Hashable, Sendable {
  var host: CoordinatorEndpoint.Host
  /// Nil: none is written.
  var port: Int?

  init(_ text: String) throws(BadText) {
    if text.contains("://") {
      throw BadText("\(BadText.quoted(text)) is a URL; write the address alone, or set COORDINATOR_SERV to the URL")
    }
    let (name, port) = try Self.split(text)
    host = try Self.host(name)
    self.port = try port.map { (text) throws(BadText) in try ValueText.port(text) }
  }

  /// `[fd00::7]:50055`, `fd00::7`, `10.0.0.7:50055`, `coordinator.example:50055`, each with or without the port.
  private static func split(_ text: String) throws(BadText) -> (host: String, port: String?) {
    if text.hasPrefix("[") {
      guard let end = text.firstIndex(of: "]") else { throw BadText("\(BadText.quoted(text)) has no ']'") }
      let host = String(text[text.index(after: text.startIndex)..<end])
      let rest = text[text.index(after: end)...]
      guard host.contains(":"), rest.isEmpty || rest.hasPrefix(":") else {
        throw BadText("\(BadText.quoted(text)) is no address; write an IPv6 address with a port as [fd00::7]:50055")
      }
      return (host, rest.isEmpty ? nil : String(rest.dropFirst()))
    }
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    // More than one colon: an IPv6 address without brackets, which has no room for a port.
    return parts.count == 2 ? (String(parts[0]), String(parts[1])) : (text, nil)
  }

  /// - Parameter text: an address without brackets, or a name.
  static func host(_ text: String) throws(BadText) -> CoordinatorEndpoint.Host {
    if let bytes = AddressBytes.of(text) {
      if let fault = AddressRules.fault(bytes) { throw BadText("\(BadText.quoted(text)) is \(fault)") }
      return .address(text)
    }
    let name = text.lowercased()
    let last = name.split(separator: ".", omittingEmptySubsequences: false).last ?? ""
    let isNumber = last.utf8.allSatisfy { (0x30...0x39).contains($0) }
    if name.contains(":") || isNumber && NameRules.subdomainFault(name) == nil {
      throw BadText("\(BadText.quoted(text)) is no IP address; write it as 10.0.0.7 or fd00::7")
    }
    if let fault = NameRules.subdomainFault(name) {
      throw BadText("\(BadText.quoted(text)) is neither an IP address nor the name of a host: \(fault)")
    }
    if last == "localhost" {
      throw BadText(
        "\(BadText.quoted(text)) is in a pod the pod itself; give the address of the coordinator's machine that every node reaches"
      )
    }
    return .name(name)
  }
}
