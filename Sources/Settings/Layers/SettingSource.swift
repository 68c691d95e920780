/// Where a value comes from.
public enum SettingSource: Sendable, Hashable, CustomStringConvertible {
  /// A command-line flag, with its dashes.
  case flag(String)
  /// An environment variable.
  case environment(String)
  /// A variable that the file `.env` gives.
  case environmentFile(path: String, name: String)
  /// A file as the user named it, and a line counted from 1; 0 means the file as a whole.
  case file(path: String, line: Int)
  case builtIn

  /// What beats what: a higher one the lower.
  var rank: Int {
    switch self {
    case .builtIn: 0
    case .file: 1
    case .environmentFile: 2
    case .environment: 3
    case .flag: 4
    }
  }

  public var description: String {
    switch self {
    case .flag(let name): "flag \(name)"
    case .environment(let name): "environment \(name)"
    case .environmentFile(let path, let name): "file \(path) \(name)"
    case .file(let path, let line): line > 0 ? "\(path):\(line)" : path
    case .builtIn: "default"
    }
  }
}
