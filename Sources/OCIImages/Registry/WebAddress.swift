#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// An http or https address, taken apart once, so that who it belongs to is decided in one place.
///
/// What a registry says (a redirect, the place of an upload, the realm of a challenge) is only ever followed as one of these.
struct WebAddress: Sendable, Hashable, CustomStringConvertible {
  /// To whom credentials of an address may go: scheme, host and port.
  struct Origin: Sendable, Hashable {
    let isSecure: Bool
    /// Lower case; an IPv6 address in brackets.
    let host: String
    let port: Int

    /// As registries are named: without the port that the protocol has by itself.
    var authority: String { port == (isSecure ? 443 : 80) ? host : "\(host):\(port)" }
  }

  let origin: Origin
  /// Percent-encoded, beginning with a slash.
  let path: String
  /// Percent-encoded, without the question mark.
  private(set) var query: String?

  static let maximumLength = 16_384

  /// - Parameters:
  ///   - text: absolute, or relative to `base`.
  /// - Returns: nil for what is no such address, or holds a user name.
  init?(_ text: String, relativeTo base: WebAddress? = nil) {
    guard !text.isEmpty, text.utf8.count <= Self.maximumLength, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }),
      let url = base.flatMap({ URL(string: $0.text) }).map({ URL(string: text, relativeTo: $0) }) ?? URL(string: text),
      let parts = URLComponents(url: url.absoluteURL, resolvingAgainstBaseURL: true),
      let scheme = parts.scheme?.lowercased(), scheme == "https" || scheme == "http",
      parts.user == nil, parts.password == nil,
      let host = parts.encodedHost?.lowercased(), !host.isEmpty
    else { return nil }
    let isSecure = scheme == "https"
    let port = parts.port ?? (isSecure ? 443 : 80)
    guard (1...65_535).contains(port) else { return nil }
    origin = Origin(isSecure: isSecure, host: host, port: port)
    path = parts.percentEncodedPath.hasPrefix("/") ? parts.percentEncodedPath : "/" + parts.percentEncodedPath
    query = parts.percentEncodedQuery
  }

  /// An address of a registry's own.
  ///
  /// - Parameter path: percent-encoded, or of characters that need no encoding.
  init(origin: Origin, path: String, query: [(String, String)] = []) {
    self.origin = origin
    self.path = path
    for (name, value) in query { add(name, value) }
  }

  /// Adds to the query and leaves what is there as it is: a signature over it may be part of it.
  mutating func add(_ name: String, _ value: String) {
    let item = "\(Self.encoded(name))=\(Self.encoded(value))"
    query = query.map { $0.isEmpty ? item : "\($0)&\(item)" } ?? item
  }

  /// Everything but letters, digits and `-._~` as `%XX`, as in forms and queries.
  static func encoded(_ text: String) -> String {
    var result = ""
    for byte in text.utf8 {
      switch byte {
      case 48...57, 65...90, 97...122, 0x2D, 0x2E, 0x5F, 0x7E: result.unicodeScalars.append(Unicode.Scalar(byte))
      default: result += (byte < 16 ? "%0" : "%") + String(byte, radix: 16, uppercase: true)
      }
    }
    return result
  }

  /// Whole, as requests need it. Not for people: a query may hold a signature.
  var text: String {
    "\(origin.isSecure ? "https" : "http")://\(origin.authority)\(path)" + (query.map { "?\($0)" } ?? "")
  }

  /// Without the query, which may hold a signature.
  var description: String { "\(origin.isSecure ? "https" : "http")://\(origin.authority)\(path.prefix(300))" }
}
