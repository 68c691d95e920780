import Foundation
import MusterCore

/// The parts of an URL that is an address. Foundation takes it apart; here is decided what may be in it.
struct AddressParts {
  let scheme: String
  let host: String
  let port: Int
  let path: String
  let user: String?
  let password: Secret<String>?

  /// - Parameter schemes: those that may stand there, with their ports.
  init(_ text: String, schemes: [String: Int]) throws(KubernetesError) {
    func error(_ reason: String) -> KubernetesError { KubernetesError(.badConfiguration, reason) }
    let known = schemes.keys.sorted(by: >).map { "\($0)://" }.joined(separator: " or ")
    guard let parts = URLComponents(string: text), text.contains("://"), let scheme = parts.scheme?.lowercased() else {
      throw error("it is no URL that begins with \(known)")
    }
    guard let standard = schemes[scheme] else { throw error("'\(scheme)://' is not supported; use \(known)") }
    guard var host = parts.host, !host.isEmpty else { throw error("it names no host") }
    if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
    let letters = host.unicodeScalars
    guard letters.allSatisfy({ $0.isASCII && $0.value > 0x20 && !"/\\@#?%[]\"<>".unicodeScalars.contains($0) }) else {
      throw error("its host has characters that no host has")
    }
    let port = parts.port ?? standard
    guard (1...65_535).contains(port) else { throw error("its port is not between 1 and 65535") }
    guard parts.query == nil, parts.fragment == nil else { throw error("it has a query or a fragment") }
    self.scheme = scheme
    self.host = host
    self.port = port
    path = parts.percentEncodedPath
    user = parts.user
    password = parts.password.map { Secret($0) }
  }
}
