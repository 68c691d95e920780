import GRPCCore
import MusterCore

/// What went wrong between a client and a coordinator.
public struct APIError: CodedError {
  /// Which error it is. Compare with the constants; more may come.
  public struct Code: Sendable, Hashable {
    private enum Name: Hashable {
      case badAddress, noCoordinator, connectionLost, notMuster, protocolMismatch
      case untrusted
      case notFound, invalidArgument, failedPrecondition, denied, overLimit, internalError
      case told(String)
    }
    private let name: Name

    /// The text is not HOST[:PORT].
    public static let badAddress = Code(name: .badAddress)
    /// Nobody answers there.
    public static let noCoordinator = Code(name: .noCoordinator)
    /// Somebody answered, and then the connection broke.
    public static let connectionLost = Code(name: .connectionLost)
    /// What listens there does not know Muster's protocol.
    public static let notMuster = Code(name: .notMuster)
    /// Both sides speak Muster's protocol, in no common version.
    public static let protocolMismatch = Code(name: .protocolMismatch)
    /// Whoever listens there is not the coordinator that is trusted, or does not speak TLS where it should.
    public static let untrusted = Code(name: .untrusted)
    public static let notFound = Code(name: .notFound)
    public static let invalidArgument = Code(name: .invalidArgument)
    public static let failedPrecondition = Code(name: .failedPrecondition)
    public static let denied = Code(name: .denied)
    /// Larger or more than the coordinator takes.
    public static let overLimit = Code(name: .overLimit)
    /// The coordinator failed on its own account.
    public static let internalError = Code(name: .internalError)
    /// A name that the coordinator gave, for example in a ``Muster_V1_Problem``.
    public static func told(_ name: String) -> Code { Code(name: .told(name)) }

    /// The stable name in snake_case.
    public var text: String {
      switch name {
      case .badAddress: "bad_address"
      case .noCoordinator: "no_coordinator"
      case .connectionLost: "connection_lost"
      case .notMuster: "not_muster"
      case .protocolMismatch: "protocol_mismatch"
      case .untrusted: "untrusted"
      case .notFound: "not_found"
      case .invalidArgument: "invalid_argument"
      case .failedPrecondition: "failed_precondition"
      case .denied: "denied"
      case .overLimit: "over_limit"
      case .internalError: "internal_error"
      case .told(let name): name
      }
    }
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

  /// Whether the same call may succeed later, without any change: the coordinator is away, the connection broke, or the
  /// coordinator says that it cannot serve now, for example because its disk is full.
  public var isPassing: Bool {
    code == .noCoordinator || code == .connectionLost || (cause as? RPCError)?.code == .unavailable
  }
}
