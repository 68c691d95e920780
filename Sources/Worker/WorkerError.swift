import MusterCore

/// Why a worker cannot serve.
public struct WorkerError: CodedError {
  /// Which error it is. Compare with the constants; more may come.
  public struct Code: Sendable, Hashable {
    private enum Name: String {
      case badConfiguration = "bad_configuration"
      case refused = "worker_refused"
      case nameTaken = "worker_name_taken"
      case protocolMismatch = "protocol_mismatch"
      case upstreamRefused = "upstream_refused"
      case unwritableFile = "unwritable_file"
      case notReady = "not_ready"
    }
    private let name: Name

    /// What the worker was started with makes no sense.
    public static let badConfiguration = Code(name: .badConfiguration)
    /// The coordinator does not take this worker, and will not the next time either.
    public static let refused = Code(name: .refused)
    /// Another worker of that name is connected.
    public static let nameTaken = Code(name: .nameTaken)
    /// No version of the protocol is common to both sides.
    public static let protocolMismatch = Code(name: .protocolMismatch)
    /// A coordinator of the original protocol does not take this client.
    public static let upstreamRefused = Code(name: .upstreamRefused)
    /// A file that the worker keeps cannot be written.
    public static let unwritableFile = Code(name: .unwritableFile)
    /// A worker's ready file says that it is not ready, or does not say that it is.
    public static let notReady = Code(name: .notReady)

    /// The stable name in snake_case.
    public var text: String { name.rawValue }
  }

  public let code: Code
  public let message: String
  public let details: [String: String]
  public let cause: (any Error)?
  public var codeName: String { code.text }
  /// The message alone: causes here are the transport's own words, which say nothing more to a person.
  public var description: String { message }

  public init(_ code: Code, _ message: String, details: [String: String] = [:], cause: (any Error)? = nil) {
    self.code = code
    self.message = message
    self.details = details
    self.cause = cause
  }
}
