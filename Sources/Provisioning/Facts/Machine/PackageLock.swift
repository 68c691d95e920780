/// A lock of a package manager that somebody holds.
public struct PackageLock: Sendable, Hashable {
  public var path: String
  public var processID: Int
  /// The holder's name; empty if it is not known.
  public var processName: String
}
