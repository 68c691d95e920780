/// What surrounds the programs of a kind; `docs/executors.md` says what each mode protects against and what not.
public struct Sandbox: Sendable, Hashable {
  public enum Mode: String, Sendable, Hashable, CaseIterable {
    /// The programs have all the rights of the process that runs them.
    case none
    /// Another user, without privileges and without a way to any.
    case user
    /// The same, with a file system to be read only, without a network, and without other processes to be seen.
    case isolated
  }

  /// Who runs programs in a sandbox unless a user is named.
  public static let defaultUser = "nobody"

  public var mode: Mode
  /// A name or a number. Nil: ``defaultUser``; or, isolated by a process that is not root, that process's own user.
  public var user: String?

  public init(_ mode: Mode = .none, user: String? = nil) {
    self.mode = mode
    self.user = user
  }
}
