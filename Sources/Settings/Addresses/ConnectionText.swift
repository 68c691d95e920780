/// How people write down a PostgreSQL database: `postgres://…`, or `postgres:` and libpq's `key=value` words.
enum ConnectionText {
  /// Parameters of libpq whose values may be shown to anybody.
  static let harmless: Set<String> = [
    "application_name", "channel_binding", "client_encoding", "connect_timeout", "dbname", "fallback_application_name",
    "gssencmode", "gsslib", "host", "hostaddr", "keepalives", "keepalives_count", "keepalives_idle",
    "keepalives_interval", "krbsrvname", "load_balance_hosts", "passfile", "port", "require_auth", "requirepeer",
    "service",
    "ssl_max_protocol_version", "ssl_min_protocol_version", "sslcert", "sslcertmode", "sslcompression", "sslcrl",
    "sslcrldir", "sslkey", "sslmode", "sslnegotiation", "sslrootcert", "sslsni", "target_session_attrs",
    "tcp_user_timeout", "user",
  ]

  /// Parameters of libpq.
  static let known = harmless.union([
    "gssdelegation", "options", "password", "replication", "servicefile", "sslpassword",
  ])

  private static let schemes = ["postgres:", "postgresql:"]
  static let outer = "prover-cluster+"

  /// What stands before the parameters, with the colon: `postgres:`, `prover-cluster+postgresql:`; nil for other text.
  static func prefix(_ text: String) -> String? {
    let lower = text.lowercased()
    let plain = lower.hasPrefix(outer) ? lower.dropFirst(outer.count) : lower[...]
    guard let scheme = schemes.first(where: plain.hasPrefix) else { return nil }
    return lower.hasPrefix(outer) ? outer + scheme : scheme
  }

  /// The words after `postgres:`, as libpq would read them; nil if the text is not of that form.
  static func keywords(_ text: String) -> [(key: String, value: String)]? {
    guard let prefix = prefix(text) else { return nil }
    var rest = trimmed(text.dropFirst(prefix.count))
    var words: [(key: String, value: String)] = []
    while !rest.isEmpty {
      let key = rest.prefix { $0 == "_" || $0.isASCII && ($0.isLetter || $0.isNumber) }
      rest = trimmed(rest[key.endIndex...])
      guard !key.isEmpty, rest.first == "=" else { return nil }
      let given = trimmed(rest.dropFirst())
      rest = afterValue(given)
      guard let value = value(given[..<rest.startIndex]) else { return nil }
      words.append((String(key), value))
      rest = trimmed(rest)
    }
    return words.isEmpty ? nil : words
  }

  /// What follows a value: from the next space on, or behind the closing quote.
  static func afterValue(_ text: Substring) -> Substring {
    let isQuoted = text.first == "'"
    var rest = isQuoted ? text.dropFirst() : text
    while let character = rest.first {
      if isQuoted ? character == "'" : character.isWhitespace { return isQuoted ? rest.dropFirst() : rest }
      rest = rest.dropFirst(character == "\\" ? 2 : 1)
    }
    return rest
  }

  /// As a value of the `key=value` form is written.
  static func quoted(_ value: String) -> String {
    let isPlain = !value.isEmpty && !value.contains { $0.isWhitespace || $0 == "'" || $0 == "\\" }
    if isPlain { return value }
    return "'" + value.replacing("\\", with: "\\\\").replacing("'", with: "\\'") + "'"
  }

  /// Without quotes and backslashes; nil if the closing quote is missing.
  private static func value(_ text: Substring) -> String? {
    var text = text
    if text.first == "'" {
      guard text.count > 1, text.last == "'" else { return nil }
      text = text.dropFirst().dropLast()
    }
    var value = ""
    while let character = text.popFirst() {
      if character != "\\" {
        value.append(character)
      } else if let next = text.popFirst() {
        value.append(next)
      } else {
        return nil
      }
    }
    return value
  }

  private static func trimmed(_ text: Substring) -> Substring { text.drop(while: \.isWhitespace) }
}
