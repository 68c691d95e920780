import MusterCore

/// Why a host for executors could not be made.
public struct ExecutorError: CodedError {
  public struct Code: Sendable, Hashable {
    private enum Value: String { case workRootUnusable = "work_root_unusable", keeperUnusable = "keeper_unusable" }
    private var value: Value
    /// The folder for task directories cannot be made or written.
    public static let workRootUnusable = Code(value: .workRootUnusable)
    /// The keeper program cannot be started.
    public static let keeperUnusable = Code(value: .keeperUnusable)
    var name: String { value.rawValue }
  }

  public var code: Code
  public var message: String
  public var details: [String: String]
  public var cause: (any Error)?
  public var codeName: String { code.name }

  init(_ code: Code, _ message: String, details: [String: String] = [:], cause: (any Error)? = nil) {
    self.code = code
    self.message = message
    self.details = details
    self.cause = cause
  }
}
