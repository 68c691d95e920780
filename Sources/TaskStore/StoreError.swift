import MusterCore

/// What can go wrong with a store.
public struct StoreError: CodedError {
  /// What sort of error it is.
  public struct Code: Sendable, Hashable {
    enum Value: String, Sendable { case full, readOnly = "read_only", corrupt, locked, unavailable, newer, unusable }
    let value: Value
    /// No room on the disk. Nothing of what was asked was done.
    public static let full = Code(value: .full)
    /// The file or its folder cannot be written.
    public static let readOnly = Code(value: .readOnly)
    /// The file is damaged or is not a store.
    public static let corrupt = Code(value: .corrupt)
    /// Another coordinator has it open.
    public static let locked = Code(value: .locked)
    /// It failed a moment ago and is being read anew, or it is closed. Try again.
    public static let unavailable = Code(value: .unavailable)
    /// A later version of Muster wrote it.
    public static let newer = Code(value: .newer)
    /// It cannot be opened or used for another reason, told in the message.
    public static let unusable = Code(value: .unusable)
  }

  public let code: Code
  public let message: String
  public let details: [String: String]
  public let cause: (any Error)?

  /// What ``TaskStore/outage`` says, for a caller who must not be answered meanwhile.
  public static func away(_ outage: String) -> StoreError { StoreError(.unavailable, outage) }

  static let closed = StoreError(.unavailable, "the store is closed; the coordinator is stopping")

  public var codeName: String { "store_\(code.value.rawValue)" }

  init(_ code: Code, _ message: String, details: [String: String] = [:], cause: (any Error)? = nil) {
    self.code = code
    self.message = message
    self.details = details
    self.cause = cause
  }
}
