import MusterCore

/// Everything that is wrong with an inventory, at once.
public struct InventoryError: CodedError, Hashable {
  /// Which error it is; compare with the static members.
  public struct Code: Sendable, Hashable {
    private enum Name: String {
      case unreadableFile = "unreadable_file"
      case badInventory = "bad_inventory"
      case badVariables = "bad_variables"
      case badSettings = "bad_settings"
    }
    private let name: Name

    /// The file cannot be read.
    public static let unreadableFile = Code(name: .unreadableFile)
    /// The file is no inventory, or holds lines that mean nothing.
    public static let badInventory = Code(name: .badInventory)
    /// Variables given beside the file cannot be read.
    public static let badVariables = Code(name: .badVariables)
    /// The file can be read, but a variable's value makes no sense.
    public static let badSettings = Code(name: .badSettings)

    var text: String { name.rawValue }
  }

  public let code: Code
  /// What is wrong, in the order of lines.
  public let problems: [InventoryProblem]

  init(_ code: Code, _ problems: [InventoryProblem]) {
    self.code = code
    self.problems = problems
  }

  init(_ code: Code, file: String, line: Int = 0, _ text: String) {
    self.init(code, [InventoryProblem(file: file, line: line, text: text)])
  }

  public var codeName: String { code.text }
  /// One line a problem.
  public var message: String { problems.map(\.description).joined(separator: "\n") }
  public var details: [String: String] {
    var details = ["problems": String(problems.count)]
    if let first = problems.first {
      details["file"] = first.file
      if first.line > 0 { details["line"] = String(first.line) }
    }
    return details
  }
  public var cause: (any Error)? { nil }
}
