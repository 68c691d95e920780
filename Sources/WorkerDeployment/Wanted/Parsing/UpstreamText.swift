import Kubernetes
import MusterCore

/// `COORDINATOR_SERV`: a whole URL, `http://HOST:PORT`.
enum UpstreamText {
  /// - Returns: the URL without a slash at its end.
  static func parse(_ text: String) throws(BadText) -> String {
    let scheme = text.lowercased().hasPrefix("https://") ? "https" : "http"
    guard text.lowercased().hasPrefix("\(scheme)://") else {
      throw fault(text, "it begins with neither http nor https")
    }
    var rest = text.dropFirst(scheme.count + 3)
    if rest.contains("@") {
      // Not repeated: what stands before the '@' may be a password.
      throw BadText("the URL has a user or a password, which no worker can use; write http://HOST:PORT")
    }
    if rest.hasSuffix("/") { rest = rest.dropLast() }
    guard !rest.contains(where: { "/?#".contains($0) }) else { throw fault(text, "something follows the host") }
    guard isAuthority(rest) else { throw fault(text, "it names no host") }
    return "\(scheme)://\(rest)"
  }

  /// `HOST`, `HOST:PORT`, `[V6]` or `[V6]:PORT`.
  private static func isAuthority(_ text: Substring) -> Bool {
    var host = text
    var port: Substring?
    if text.hasPrefix("[") {
      guard let end = text.firstIndex(of: "]") else { return false }
      host = text[text.index(after: text.startIndex)..<end]
      let rest = text[text.index(after: end)...]
      guard AddressBytes.of(String(host))?.count == 16, rest.isEmpty || rest.hasPrefix(":") else { return false }
      port = rest.isEmpty ? nil : rest.dropFirst()
    } else {
      if let colon = text.firstIndex(of: ":") {
        host = text[..<colon]
        port = text[text.index(after: colon)...]
      }
      guard NameRules.subdomainFault(host.lowercased()) == nil else { return false }
    }
    if let port, (try? ValueText.port(String(port))) == nil { return false }
    return true
  }

  private static func fault(_ text: String, _ reason: String) -> BadText {
    BadText("\(BadText.quoted(text)) is no URL of a coordinator: \(reason); write it as http://10.0.0.7:50055")
  }
}
