/// One machine's try to reach a port of another one.
public struct PortTry: Sendable, Hashable {
  /// What came of it.
  public enum Outcome: Sendable, Hashable {
    case open
    /// The machine says that nobody listens, or a firewall on the way says so.
    case refused
    /// No answer in time.
    case silent
    /// There is no way to the address, or the caller's own firewall forbids it.
    case unreachable
    /// Another one answers at the address.
    case foreign
    /// Why it could not be tried, as the end of a sentence.
    case notTried(String)
  }

  public var from: String
  public var to: String
  /// Of the machine that is called.
  public var address: String
  public var port: ClusterPort
  public var outcome: Outcome

  public init(from: String, to: String, address: String, port: ClusterPort, outcome: Outcome) {
    self.from = from
    self.to = to
    self.address = address
    self.port = port
    self.outcome = outcome
  }
}
