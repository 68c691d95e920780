import MusterCore

/// What is wrong with what a command was given, beyond what the parser of arguments sees.
public struct CommandError: CodedError {
  /// Which error it is; compare with the static members.
  public struct Code: Sendable, Hashable {
    private enum Name: String {
      case badArgument = "bad_argument"
      case unreadableFile = "unreadable_file"
      case unwritableFile = "unwritable_file"
      case taskNotDone = "task_not_done"
      case notAvailable = "not_available"
      case unreachableStore = "unreachable_store"
    }
    private let name: Name

    /// An option's value makes no sense.
    public static let badArgument = Code(name: .badArgument)
    public static let unreadableFile = Code(name: .unreadableFile)
    public static let unwritableFile = Code(name: .unwritableFile)
    /// A task that was waited for failed or was cancelled.
    public static let taskNotDone = Code(name: .taskNotDone)
    /// The database of the store does not let the coordinator in.
    public static let unreachableStore = Code(name: .unreachableStore)
    /// This build cannot do it.
    public static let notAvailable = Code(name: .notAvailable)

    var text: String { name.rawValue }
  }

  public let code: Code
  public let message: String
  public let details: [String: String]
  public let cause: (any Error)?
  public var codeName: String { code.text }

  init(_ code: Code, _ message: String, details: [String: String] = [:], cause: (any Error)? = nil) {
    self.code = code
    self.message = message
    self.details = details
    self.cause = cause
  }
}
