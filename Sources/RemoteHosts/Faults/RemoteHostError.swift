import MusterCore

/// What went wrong with a machine that is reached over SSH.
public struct RemoteHostError: CodedError {
  /// Which error it is. Compare with the constants; more may come.
  public struct Code: Sendable, Hashable {
    private enum Name: String {
      case unreachable
      case hostKey = "host_key"
      case login = "login_refused"
      case root = "root_refused"
      case lost = "connection_lost"
      case deadline
      case script = "script_failed"
      case tooMuch = "too_much_output"
      case client = "ssh_client"
    }
    private let name: Name

    /// No connection comes about: no route, refused, a name that means nothing, no answer in time.
    public static let unreachable = Code(name: .unreachable)
    /// The machine's host key is unknown or another than the known one.
    public static let hostKey = Code(name: .hostKey)
    /// The machine does not let the user in.
    public static let login = Code(name: .login)
    /// The user is in, and may not become root.
    public static let root = Code(name: .root)
    /// The connection broke while something ran; whether that came to its end is not known.
    public static let lost = Code(name: .lost)
    /// Something did not end in its time, and was stopped.
    public static let deadline = Code(name: .deadline)
    /// A script ended with another status than 0.
    public static let script = Code(name: .script)
    /// A script wrote more than it may.
    public static let tooMuch = Code(name: .tooMuch)
    /// The SSH client of this machine is missing or does not know what it was given.
    public static let client = Code(name: .client)

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
