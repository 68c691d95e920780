/// A port of a machine that another one shall try.
public struct PortTarget: Sendable, Hashable {
  /// The machine's name.
  public var machine: String
  public var address: String
  public var port: ClusterPort
  /// Whether Muster's listener holds the port there; else whoever does, so that only a connection can be had.
  public var isMarked: Bool

  /// A word for ``PortTryProgram``.
  var word: String {
    "\(port.transport.rawValue):\(port.number):\(isMarked ? "marked" : "plain"):\(address)"
  }
}
