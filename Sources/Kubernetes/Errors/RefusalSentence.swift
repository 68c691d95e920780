/// Turns a Status into one sentence: what was asked, why it was refused, what to do.
struct RefusalSentence {
  let status: Status
  let call: Call

  var text: String {
    if let conflict = fieldConflict { return "the API server refused to \(call.words): \(conflict)" }
    var text = "the API server refused to \(call.words): \(why)"
    if let cure { text += "; \(cure)" }
    return text
  }

  /// What is wrong, as the server says it, or as the number says it.
  private var why: String {
    let message = Self.cleaned(Self.withoutObjects(status.message ?? ""), limit: 1000).drop { $0 == " " }.description
    if isReasonLeftOut {
      return
        "\(message) \([.patch, .put].contains(call.request.method) ? "the right to create it" : "a right") is missing"
    }
    if !message.isEmpty { return message }
    if let reason = status.reason, !reason.isEmpty { return reason }
    return "HTTP status \(status.code ?? 0)"
  }

  /// Some refusals repeat what was sent, whose values may be secrets: as JSON (`Invalid value: "{\"data\":…}"`), as Go prints it
  /// (`Invalid value: map[string]…{…}`), or as the part of the body that could not be read (`error found in #10 byte of …`).
  private static func withoutObjects(_ text: String) -> String {
    var text = text[...]
    for mark in ["error found in #", "bigger context"] {
      if let found = text.firstRange(of: mark) { text = text[..<found.lowerBound] }
    }
    let mark = Array("Invalid value: ".utf8)
    var rest = Array(text.utf8)[...]
    var result: [UInt8] = []
    while let found = rest.firstRange(of: mark) {
      result += rest[..<found.upperBound]
      rest = rest[found.upperBound...]
      if rest.starts(with: #""{"#.utf8) || rest.starts(with: #""["#.utf8) {
        rest = rest.dropFirst()
        // To the quote that ends it: the others have a backslash before them.
        while let byte = rest.popFirst(), byte != UInt8(ascii: "\"") {
          if byte == UInt8(ascii: "\\") { rest = rest.dropFirst() }
        }
        result += Array("(an object)".utf8)
      } else if isGo(rest) {
        // Where it ends, nobody can tell.
        return String(decoding: result + Array("(an object)".utf8), as: UTF8.self)
      }
    }
    return String(decoding: result + rest, as: UTF8.self)
  }

  /// Whether a value that is no text in quotes has a brace before the next colon and space: `map[string]string{…}`, `core.Pod{…}`.
  private static func isGo(_ text: ArraySlice<UInt8>) -> Bool {
    guard text.first != UInt8(ascii: "\"") else { return false }
    let end = text.firstRange(of: Array(": ".utf8))?.lowerBound ?? text.endIndex
    return text[..<end].contains(UInt8(ascii: "{"))
  }

  /// Which fields belong to whom, when server-side apply was refused for that.
  private var fieldConflict: String? {
    let causes = (status.details?.causes ?? []).filter { $0.reason == "FieldManagerConflict" }
    guard !causes.isEmpty else { return nil }
    let shown = causes.prefix(8).map { cause in
      "field \(Self.cleaned(cause.field ?? "?", limit: 200)) is owned by \(Self.owner(in: cause.message ?? ""))"
    }
    let more = causes.count > shown.count ? ", and \(causes.count - shown.count) more" : ""
    return shown.joined(separator: ", ") + more + "; leave what is not yours out of the object, or apply with force"
  }

  /// `conflict with "hpa" with subresource "scale" using apps/v1` → `'hpa' (apps/v1, through scale)`. Servers before 1.22
  /// name no subresource.
  private static func owner(in message: String) -> String {
    let parts = message.split(separator: "\"", omittingEmptySubsequences: false)
    guard parts.count >= 3 else { return "another manager (\(cleaned(message, limit: 200)))" }
    let isThrough = parts.count >= 5 && parts[2] == " with subresource "
    let using = parts[(isThrough ? 4 : 2)...].joined(separator: "\"").split(separator: " ")
    var more: [String] = []
    if using.first == "using" && using.count > 1 { more.append(cleaned(String(using[1]), limit: 100)) }
    if isThrough { more.append("through \(cleaned(String(parts[3]), limit: 100))") }
    return "'\(cleaned(String(parts[1]), limit: 200))'" + (more.isEmpty ? "" : " (\(more.joined(separator: ", ")))")
  }

  /// Whether it was forbidden by an admission rule (a quota, the security of pods, a limit), which no right lifts.
  /// Authorization says `User "a" cannot list resource …`.
  private var isRuleBroken: Bool {
    let message = status.message ?? ""
    return message.contains(" is forbidden: ") && !message.contains("\" cannot ") && !isReasonLeftOut
  }

  /// Where a patch or a replacement would create what is not there, and the right to create is missing, servers say that it is
  /// forbidden, and the reason, which Roles have none of, is empty. Source: seen from Kubernetes 1.20.
  private var isReasonLeftOut: Bool {
    Self.cleaned(status.message ?? "", limit: 1000).hasSuffix(" is forbidden:")
  }

  /// Whether fields are named that the kind does not have. For an apply, servers answer 500 to that.
  var isUnknownField: Bool {
    let message = status.message ?? ""
    return message.contains("strict decoding error: ") || message.hasPrefix("failed to create typed patch object")
  }

  private var cure: String? {
    if isUnknownField { return "correct the fields that are named" }
    return switch (status.reason, status.code) {
    case ("Unauthorized", _), (_, 401): "log in again, or correct the user's credentials in the kubeconfig"
    case ("Forbidden", _), (_, 403):
      isRuleBroken
        ? "keep to the rule that is named, or let an administrator change it"
        : "let an administrator grant the right, as with a Role and a RoleBinding"
    case ("AlreadyExists", _): "choose another name, or change the object that is there"
    case ("Conflict", _), (_, 409): "read the object again and repeat the change on what is there now"
    case ("Expired", _), ("Gone", _), (_, 410): "list again: the server no longer keeps that version"
    case ("NotFound", _), (_, 404): "check the name, the namespace and that the server has this kind"
    case ("Invalid", _), (_, 422): "correct the fields that are named"
    case ("MethodNotAllowed", _), (_, 405): "this kind of object cannot do that"
    case ("RequestEntityTooLarge", _), (_, 413): "make the object smaller: the server takes about 1.5 MiB"
    case ("UnsupportedMediaType", _), (_, 415):
      "this server or kind does not know this sort of patch; use a merge patch"
    case ("TooManyRequests", _), (_, 429): "the server is busy: ask less often"
    case ("Timeout", _), ("ServerTimeout", _), (_, 504): "try again, and look at the server's load"
    case ("ServiceUnavailable", _), (_, 503): "try again when the server is up"
    case (_, let code?) where code >= 500: "look into the API server's log"
    default: nil
    }
  }

  /// One line, without control characters, of at most `limit` characters.
  static func cleaned(_ text: String, limit: Int) -> String {
    var result = ""
    var count = 0
    for scalar in text.unicodeScalars {
      if count == limit { return result + "…" }
      let isSpace = scalar == "\n" || scalar == "\r" || scalar == "\t"
      if isSpace {
        result += " "
      } else if scalar.properties.generalCategory != .control {
        result.unicodeScalars.append(scalar)
      }
      count += 1
    }
    while result.hasSuffix(" ") || result.hasSuffix(".") { result.removeLast() }
    return result
  }
}
