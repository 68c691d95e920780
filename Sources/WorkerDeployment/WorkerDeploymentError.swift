import MusterCore

/// What is wrong with a deployment of workers, or with what somebody asked for.
public struct WorkerDeploymentError: CodedError {
  /// Which error it is. Compare with the constants; more may come.
  public struct Code: Sendable, Hashable {
    private enum Name: String {
      case badValue = "bad_workers_value"
      case missing = "workers_value_missing"
      case occupied = "namespace_occupied"
      case notThere = "workers_not_there"
      case notMine = "not_made_by_muster"
      case notReady = "workers_not_ready"
      case unsupported = "workers_unsupported"
      case forbidden = "workers_right_missing"
      case interrupted = "workers_interrupted"
    }
    private let name: Name

    /// A variable, a flag or a field of the values file says something that cannot be.
    public static let badValue = Code(name: .badValue)
    /// Something that must be said was not.
    public static let missing = Code(name: .missing)
    /// Another cluster of workers is in the namespace.
    public static let occupied = Code(name: .occupied)
    /// There is nothing deployed that could be changed.
    public static let notThere = Code(name: .notThere)
    /// An object is in the way that neither Muster nor the original scripts have made.
    public static let notMine = Code(name: .notMine)
    /// What was waited for did not come about; the message says why.
    public static let notReady = Code(name: .notReady)
    /// The cluster cannot do what is asked for.
    public static let unsupported = Code(name: .unsupported)
    /// The account has not all the rights that are needed; nothing was changed.
    public static let forbidden = Code(name: .forbidden)
    /// One action failed; the details say which were done and which are left.
    public static let interrupted = Code(name: .interrupted)

    var text: String { name.rawValue }
  }

  public let code: Code
  public let message: String
  public let details: [String: String]
  public let cause: (any Error)?
  public var codeName: String { code.text }

  public init(_ code: Code, _ message: String, details: [String: String] = [:], cause: (any Error)? = nil) {
    self.code = code
    self.message = message
    self.details = details
    self.cause = cause
  }
}
