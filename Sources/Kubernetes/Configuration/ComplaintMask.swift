/// Hides what looks like a secret in what a program wrote to its error output: asked to be verbose, many print their
/// requests with all headers.
///
/// Hidden are what follows `Bearer`, `token` and the like, and words that are long and look like base64, of which a JWT has
/// three. It is a net, not a proof: a short secret that stands there without a word before it is not known as one.
struct ComplaintMask {
  static let mask = "[hidden]"

  /// How much the word before says about the next one.
  private enum Expectation {
    case nothing
    /// `token abc`: a secret, unless it is a plain word as in `token expired`.
    case likely
    /// `token: abc`, `Bearer abc`
    case certain
  }

  /// After what a word ends with one of these, a secret follows.
  private static let heralds = ["bearer", "basic", "token", "password", "secret", "authorization", "apikey", "api-key"]

  static func masked(_ text: String) -> String {
    var result = ""
    var expectation = Expectation.nothing
    var rest = Substring(text).unicodeScalars
    while let first = rest.first {
      guard isOfWord(first) || (expectation == .certain && !isOfGap(first)) else {
        // A password may begin with what stands in no word: the gap ends before it.
        let gap = rest.prefix { !isOfWord($0) && (expectation == .nothing || isOfGap($0)) }
        if gap.isEmpty {
          expectation = .nothing
          continue
        }
        expectation = after(gap, expectation)
        result.unicodeScalars += gap
        rest = rest.dropFirst(gap.count)
        continue
      }
      var word = rest.prefix(while: isOfWord)
      let name = String(word).lowercased()
      if heralds.contains(where: name.hasSuffix) {
        if name.hasSuffix("bearer") { expectation = .certain }
        if expectation == .nothing { expectation = .likely }
        result.unicodeScalars += word
      } else {
        let isSecret = expectation == .certain || (expectation == .likely && !isPlain(word))
        // A password may have other characters than a word.
        if isSecret { word = rest.prefix { !isOfGap($0) } }
        result += isSecret || isLikeBase64(word) ? mask : String(word)
        expectation = .nothing
      }
      rest = rest.dropFirst(word.count)
    }
    return result
  }

  private static func after(_ gap: Substring.UnicodeScalarView, _ before: Expectation) -> Expectation {
    guard before != .nothing, gap.allSatisfy({ " \t\"'`\\:=".unicodeScalars.contains($0) }) else { return .nothing }
    return gap.contains(":") || gap.contains("=") ? .certain : before
  }

  private static func isOfWord(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "a"..."z", "A"..."Z", "0"..."9", "+", "/", "-", "_", ".", "~", "%": true
    default: false
    }
  }

  private static func isOfGap(_ scalar: Unicode.Scalar) -> Bool {
    " \t\"'`\\:=,;&(){}[]<>".unicodeScalars.contains(scalar)
  }

  private static func isPlain(_ word: Substring.UnicodeScalarView) -> Bool {
    word.count <= 12 && word.allSatisfy { ("a"..."z").contains($0) || $0 == "." || $0 == "-" }
  }

  private static func isLikeBase64(_ word: Substring.UnicodeScalarView) -> Bool {
    word.split(separator: ".").contains { part in
      part.starts(with: "eyJ".unicodeScalars) || part.count >= 32
        || (part.count >= 20 && part.contains { ("0"..."9").contains($0) })
    }
  }
}
