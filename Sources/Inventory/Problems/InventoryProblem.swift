/// One thing that is wrong with an inventory, or that its writer should know, and the line on which it stands.
public struct InventoryProblem: Sendable, Hashable, CustomStringConvertible {
  /// The file, as the user named it.
  public let file: String
  /// Counted from 1; 0 when the file as a whole is meant.
  public let line: Int
  /// What was given, what is wrong, what to do. Never holds a value, which might be a password.
  public let text: String

  public init(file: String, line: Int, text: String) {
    self.file = file
    self.line = line
    self.text = text
  }

  /// `inv.toml:12: …`
  public var description: String { line > 0 ? "\(file):\(line): \(text)" : "\(file): \(text)" }
}
