import MusterCore

/// A machine with which nothing can be done now, and why.
public struct MachineFailure: Sendable {
  /// Its name in the inventory.
  public var machine: String
  public var error: any CodedError

  public init(_ machine: String, _ error: any CodedError) {
    self.machine = machine
    self.error = error
  }
}
