/// A folder that a machine shall have, owned by root.
public struct WantedDirectory: Sendable, Hashable {
  public var path: String
  /// Permission bits for one that is made anew.
  public var mode: Int

  public init(_ path: String, mode: Int = 0o755) {
    self.path = path
    self.mode = mode
  }
}
