/// Where a value stands, or that nobody gave one.
enum ValueSource: Hashable, Sendable, CustomStringConvertible {
  /// Without its dashes.
  case flag(String)
  case variable(String)
  /// The file as the user named it, and a line counted from 1; 0 is the file as a whole.
  case file(String, line: Int)
  case nowhere

  var description: String {
    switch self {
    case .flag(let name): "flag --\(name)"
    case .variable(let name): "environment \(name)"
    case .file(let name, let line): line > 0 ? "\(name):\(line)" : name
    case .nowhere: ""
    }
  }

  /// What beats what: a higher one the lower.
  var rank: Int {
    switch self {
    case .nowhere: 0
    case .file: 1
    case .variable: 2
    case .flag: 3
    }
  }
}
