import MusterCore

/// What is wrong with machines that are to become a cluster, or with what somebody asked for.
public struct ProvisioningError: CodedError {
  /// Which error it is. Compare with the constants; more may come.
  public struct Code: Sendable, Hashable {
    private enum Name: String {
      case badBundle = "bad_bundle"
      case badInventory = "bad_cluster"
      case unfit = "machines_unfit"
      case locked = "machine_locked"
      case badAnswer = "bad_machine_answer"
    }
    private let name: Name

    /// The folder of artifacts is missing, incomplete or damaged.
    public static let badBundle = Code(name: .badBundle)
    /// The inventory can be read, but its machines make no cluster.
    public static let badInventory = Code(name: .badInventory)
    /// Machines do not meet what a cluster needs.
    public static let unfit = Code(name: .unfit)
    /// Another run is changing a machine.
    public static let locked = Code(name: .locked)
    /// A machine answered something that means nothing.
    public static let badAnswer = Code(name: .badAnswer)

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
