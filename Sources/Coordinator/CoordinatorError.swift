import MusterCore

/// What can go wrong with a coordinator, apart from its store.
public struct CoordinatorError: CodedError {
  /// What sort of error it is.
  public struct Code: Sendable, Hashable {
    enum Value: String, Sendable {
      case cannotListen = "cannot_listen", badConfiguration = "bad_configuration", stopTimedOut = "stop_timed_out"
    }
    let value: Value
    /// An address cannot be listened on.
    public static let cannotListen = Code(value: .cannotListen)
    /// It had to cut clients off to stop.
    public static let stopTimedOut = Code(value: .stopTimedOut)
    /// The configuration makes no sense as a whole.
    public static let badConfiguration = Code(value: .badConfiguration)
  }

  public let code: Code
  public let message: String
  public let details: [String: String]
  public let cause: (any Error)?

  public var codeName: String { "coordinator_\(code.value.rawValue)" }

  public init(_ code: Code, _ message: String, details: [String: String] = [:], cause: (any Error)? = nil) {
    self.code = code
    self.message = message
    self.details = details
    self.cause = cause
  }

  /// - Parameter flag: the option that gives another address.
  static func cannotListen(on host: String, _ port: Int, flag: String, _ cause: any Error) -> CoordinatorError {
    if let known = cause as? CoordinatorError { return known }
    return CoordinatorError(
      .cannotListen,
      "cannot listen on \(host):\(port): \(Listening.reason(cause)); stop what has the port, or give another with \(flag)",
      details: ["host": host, "port": "\(port)"], cause: nil)
  }
}
