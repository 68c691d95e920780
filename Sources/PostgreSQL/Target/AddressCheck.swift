import Foundation

/// Finds what is wrong with an address, without ever telling a part of a password.
///
/// A password in a URI whose `@`, `/` or `?` is not percent-encoded ends up in another part of it: as a host, a port or a
/// database, which are shown and told in errors. Such addresses are refused.
enum AddressCheck {
  private static let forms =
    "write postgresql://USER@HOST:PORT/DATABASE?KEYWORD=VALUE with special characters percent-encoded (@ is %40, / is "
    + "%2F, ? is %3F), or 'host=HOST port=PORT dbname=DATABASE user=USER' with values that hold spaces in single quotes"

  static func beforeParsing(_ text: String) throws(PostgresError) {
    guard !text.utf8.contains(0) else { throw refused("it holds a zero byte", text) }
    guard AddressText.isURI(text), let start = text.range(of: "://") else { return }
    let address = text[start.upperBound...]
    let authority = address.prefix { $0 != "/" }
    if address.count(where: { $0 == "@" }) > 1 || address.dropFirst(authority.count).contains("@") {
      throw refused("it has a '@' beside that before the host, which must be written as %40", text)
    }
  }

  static func afterParsing(_ parameters: [ConnectionParameter]) throws(PostgresError) {
    for parameter in parameters where parameter.keyword == "port" {
      let ports = parameter.value.split(separator: ",", omittingEmptySubsequences: false)
      guard ports.allSatisfy({ $0.isEmpty || (UInt16($0) ?? 0) > 0 }) else {
        throw PostgresError(
          .parameters,
          "the PostgreSQL address is wrong: what stands for the port is no number from 1 to 65535; \(forms)")
      }
    }
    // A Unix socket without a file begins with one.
    for parameter in parameters where parameter.keyword == "host" && parameter.value.dropFirst().contains("@") {
      throw PostgresError(
        .parameters, "the PostgreSQL address is wrong: what stands for the host holds a '@'; \(forms)")
    }
  }

  /// - Parameter complaint: libpq's, which may quote any part of the text.
  static func refused(_ complaint: String, _ text: String) -> PostgresError {
    var reason = complaint.trimmingCharacters(in: .whitespacesAndNewlines)
    if !quotesKeyword(reason, of: text), let first = reason.firstIndex(of: "\""), let last = reason.lastIndex(of: "\"")
    {
      reason.replaceSubrange(first...last, with: "\"…\"")
    }
    return PostgresError(.parameters, "the PostgreSQL address is wrong: \(reason); \(forms)")
  }

  /// Whether what libpq quotes is the name of a keyword, mistyped, in an address that holds no password.
  private static func quotesKeyword(_ complaint: String, of text: String) -> Bool {
    guard complaint.hasPrefix("invalid connection option \"") || complaint.hasPrefix("invalid URI query parameter: \"")
    else { return false }
    let small = text.lowercased()
    if ["pass", "pw", "secret", "@", "%"].contains(where: small.contains) { return false }
    // `postgresql://user:password` without a host.
    guard AddressText.isURI(text), let start = text.range(of: "://") else { return !text.contains(":") }
    let authority = text[start.upperBound...].prefix { !"/?".contains($0) }
    return authority.split(separator: ":", maxSplits: 1).dropFirst().allSatisfy { $0.allSatisfy(\.isNumber) }
  }
}
