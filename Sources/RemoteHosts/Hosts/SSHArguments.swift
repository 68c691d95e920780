/// Arguments for the SSH client that a person wrote, as `-o ProxyJump=gate -C`.
public enum SSHArguments {
  /// The client's flags that take a value, and those that take none (ssh(1), OpenSSH 9).
  private static let withValue = Set("BbcDEeFIiJLlmOoPpQRSWw")
  private static let withoutValue = Set("46AaCfGgKkMNnqsTtVvXxYy")
  /// What would make another thing of the connection than a shell whose words are read here.
  private static let unfit = Set("DEeGLMNOQRSVWfgnstwy")

  /// Splits as a shell does: blanks, quotes, backslashes; nothing is expanded.
  ///
  /// - Throws: ``RemoteHostError`` (`client`) for an open quote, a word that is no option, and options that do not fit.
  public static func parse(_ text: String) throws(RemoteHostError) -> [String] {
    try check(try split(text))
  }

  /// The words as they are passed on. `-q` is left out: without the client's words nobody knows what is wrong.
  static func check(_ words: [String]) throws(RemoteHostError) -> [String] {
    var result: [String] = []
    var rest = words[...]
    while let word = rest.popFirst() {
      guard word.hasPrefix("-"), word.count > 1, word != "--" else {
        throw error("'\(word)' is no option of the SSH client")
      }
      var kept = "-"
      var letters = word.dropFirst()
      while let letter = letters.popFirst() {
        guard withValue.contains(letter) || withoutValue.contains(letter) else {
          throw error("the SSH client has no option '-\(letter)' ('\(word)')")
        }
        guard !unfit.contains(letter) else {
          throw error("'-\(letter)' makes no shell of the connection ('\(word)'); take it away")
        }
        if letter != "q" { kept.append(letter) }
        guard withValue.contains(letter) else { continue }
        if letters.isEmpty {
          guard let value = rest.popFirst() else { throw error("'\(word)' takes a value, and none follows") }
          result += [kept, value]
        } else {
          result.append(kept + letters)
        }
        kept = "-"
        break
      }
      if kept.count > 1 { result.append(kept) }
    }
    return result
  }

  private static func split(_ text: String) throws(RemoteHostError) -> [String] {
    var words: [String] = []
    var word: String?
    var quote: Character?
    var rest = text[...]
    while let character = rest.popFirst() {
      if let open = quote {
        if character == open {
          quote = nil
        } else if character == "\\", open == "\"", let next = rest.first, next == "\\" || next == "\"" {
          word = (word ?? "") + String(rest.removeFirst())
        } else {
          word = (word ?? "") + String(character)
        }
      } else if character == "'" || character == "\"" {
        quote = character
        word = word ?? ""
      } else if character == "\\" {
        guard let next = rest.popFirst() else { throw error("it ends with a backslash") }
        word = (word ?? "") + String(next)
      } else if character.isWhitespace {
        if let whole = word { words.append(whole) }
        word = nil
      } else {
        word = (word ?? "") + String(character)
      }
    }
    guard quote == nil else { throw error("a quote is not closed") }
    if let whole = word { words.append(whole) }
    guard !words.contains(where: { $0.contains("\0") }) else { throw error("a NUL byte is in it") }
    return words
  }

  private static func error(_ reason: String) -> RemoteHostError {
    RemoteHostError(
      .client, "the arguments for the SSH client cannot be used: \(reason); write for example -o ProxyJump=gate")
  }
}
