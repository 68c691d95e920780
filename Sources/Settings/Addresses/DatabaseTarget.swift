import MusterCore

/// A PostgreSQL database and how to connect to it, as libpq takes it: a URL, or `key=value` words.
///
/// It may hold a password. Whatever prints it gets ``description``, which has none.
public struct DatabaseTarget: Sendable, Equatable, CustomStringConvertible {
  private let text: Secret<String>
  /// Without anything that could be a secret.
  public let description: String
  /// Whether the text itself holds a password, so that it should not stand where others can read it.
  let holdsPassword: Bool

  /// For libpq, and for nothing that prints.
  public func reveal() -> String { text.reveal() }

  /// - Parameter url: begins with `postgres://` or `postgresql://`, in whatever case.
  init(url: String) {
    // libpq knows the scheme in lower case only.
    let end = url.firstIndex(of: ":") ?? url.startIndex
    let url = url[..<end].lowercased() + url[end...]
    self.init(text: url, description: Redaction.url(url), holdsPassword: DatabaseTarget.holdsPassword(url: url))
  }

  /// - Parameter keywords: as ``ConnectionText/keywords(_:)`` gives them; not empty.
  init(keywords: [(key: String, value: String)]) {
    let text = keywords.map { "\($0.key)=\(ConnectionText.quoted($0.value))" }.joined(separator: " ")
    self.init(
      text: text, description: Redaction.url("postgres:\(text)"),
      holdsPassword: keywords.contains { secrets.contains($0.key) })
  }

  private init(text: String, description: String, holdsPassword: Bool) {
    self.text = Secret(text)
    self.description = description
    self.holdsPassword = holdsPassword
  }

  private static func holdsPassword(url: String) -> Bool {
    let rest = url.firstRange(of: "://").map { url[$0.upperBound...] } ?? url[...]
    let query = rest.firstIndex(of: "?").map { rest[$0...].dropFirst() } ?? ""
    if query.split(separator: "&").contains(where: { secrets.contains(String($0.prefix { $0 != "=" })) }) {
      return true
    }
    return rest.lastIndex(of: "@").map { rest[..<$0].contains(":") } ?? false
  }
}

private let secrets = ["password", "sslpassword"]
