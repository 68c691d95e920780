import MusterCore

/// A machine, how it is reached, and how one becomes root there.
public struct RemoteHost: Sendable, Equatable {
  /// The way to a machine.
  public enum Way: Sendable, Equatable {
    /// With the OpenSSH client of this machine.
    case ssh(SSHDestination)
    /// It is this machine itself; nothing is connected to.
    case local
  }

  /// What the machine is called in messages.
  public var name: String
  public var way: Way
  /// Scripts run as root, by `sudo` if the user is another. False: as the user.
  public var becomesRoot: Bool
  /// What `sudo` is answered if it asks. Nil: it must not ask.
  public var rootPassword: Secret<String>?

  public init(_ name: String, _ way: Way, becomesRoot: Bool = true, rootPassword: Secret<String>? = nil) {
    self.name = name
    self.way = way
    self.becomesRoot = becomesRoot
    self.rootPassword = rootPassword
  }
}
