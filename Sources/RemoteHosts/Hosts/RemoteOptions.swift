#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// How machines are connected to.
public struct RemoteOptions: Sendable {
  /// A host key that nobody knows yet is believed and remembered. A key that has changed never is.
  public var acceptsNewHostKeys = false
  /// For the TCP connection and the first words of the SSH server. The user's SSH configuration is not asked.
  public var connectPatience: Duration = .seconds(10)
  /// From the start of the client to the root shell, with all questions for passwords.
  public var openPatience: Duration = .seconds(60)
  /// A silent machine is asked for a sign of life this often, and given up after three without an answer.
  public var keepalive: Duration = .seconds(15)
  /// How often a connection is tried that the machine closes at once, as busy SSH servers do (MaxStartups).
  public var attempts = 6
  /// The OpenSSH client: a name that is looked up in `PATH`, or a path.
  public var client = "ssh"
  /// What the client sees: it finds the user's agent, home and programs by it.
  public var environment: [String: String] = ProcessInfo.processInfo.environment

  /// How whoever reads a complaint lets new host keys be accepted: the end of "compare it, or".
  public var wayToAcceptKeys = "accept new host keys for this run"
  /// And how they give the password for sudo: the end of "none was given;".
  public var wayToGivePassword = "give it"

  /// What reads the programs on the machine; for tests with others.
  var shell = "/bin/sh"

  public init() {}
}
