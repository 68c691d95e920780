/// The grammar of arguments: `{name}` stands for a value, `{{name}}` for the text `{name}`; all else is literal.
///
/// A name is one or more of `a`-`z` and `.`. Other braces (JSON, awk) stay as they are, so that `{"x": 1}` and
/// `{print $1}` need no escape.
public enum Placeholders {
  /// Names that the runner itself gives: the paths of the input, of the result and of the directory.
  public static let own: Set<String> = ["input", "output", "dir"]

  /// The names of all placeholders in `argument`, in order, known or not.
  public static func names(in argument: String) -> [String] {
    var names: [String] = []
    scan(argument) { piece in if case .placeholder(let name) = piece { names.append(name) } }
    return names
  }

  /// The first placeholder of `stages` that is neither in `known` nor in ``own``, as one sentence; nil if all are known.
  ///
  /// For a check of a configuration before anything runs.
  public static func problem(in stages: [[String]], known: some Sequence<String>) -> String? {
    let known = own.union(known)
    for stage in stages {
      for argument in stage {
        for name in names(in: argument) where !known.contains(name) {
          return unknown(name, in: argument, known: known)
        }
      }
    }
    return nil
  }

  /// Whether `text` is one or more of `a`-`z` and `.`.
  public static func isName(_ text: String) -> Bool {
    !text.isEmpty
      && text.utf8.allSatisfy { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) || $0 == UInt8(ascii: ".") }
  }

  static func unknown(_ name: String, in argument: String, known: Set<String>) -> String {
    let list = known.sorted().map { "{\($0)}" }.joined(separator: ", ")
    return
      "Argument '\(argument)' holds the unknown placeholder {\(name)}; known are \(list), and {{\(name)}} is a literal {\(name)}."
  }

  /// `argument` with its placeholders replaced, or the name of the first one that has no value.
  static func substitute(_ argument: String, _ values: [String: String]) -> Result<String, UnknownName> {
    guard argument.utf8.contains(UInt8(ascii: "{")) else { return .success(argument) }
    var result = ""
    var unknown: String?
    scan(argument) { piece in
      switch piece {
      case .literal(let text): result += text
      case .placeholder(let name):
        if let value = values[name] { result += value } else { unknown = unknown ?? name }
      }
    }
    if let unknown { return .failure(UnknownName(name: unknown)) }
    return .success(result)
  }

  struct UnknownName: Error { var name: String }

  private enum Piece {
    case literal(Substring)
    case placeholder(String)
  }

  private static func scan(_ argument: String, _ take: (Piece) -> Void) {
    let text = argument.utf8
    var literalStart = text.startIndex
    var at = text.startIndex
    while let brace = text[at...].firstIndex(of: UInt8(ascii: "{")) {
      let next = text.index(after: brace)
      if next < text.endIndex, text[next] == UInt8(ascii: "{"), let close = nameEnd(text, from: text.index(after: next))
      {
        let second = text.index(after: close)
        if second < text.endIndex, text[second] == UInt8(ascii: "}") {
          if literalStart < brace { take(.literal(argument[literalStart..<brace])) }
          take(.literal(argument[next..<second]))
          at = text.index(after: second)
          literalStart = at
          continue
        }
      }
      if let close = nameEnd(text, from: next) {
        if literalStart < brace { take(.literal(argument[literalStart..<brace])) }
        take(.placeholder(String(argument[next..<close])))
        at = text.index(after: close)
        literalStart = at
      } else {
        at = next
      }
    }
    if literalStart < text.endIndex { take(.literal(argument[literalStart...])) }
  }

  /// Where the name that starts at `start` is closed by `}`; nil if there is no name there.
  private static func nameEnd(_ text: String.UTF8View, from start: String.Index) -> String.Index? {
    var at = start
    while at < text.endIndex {
      switch text[at] {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "."): at = text.index(after: at)
      case UInt8(ascii: "}"): return at > start ? at : nil
      default: return nil
      }
    }
    return nil
  }
}
