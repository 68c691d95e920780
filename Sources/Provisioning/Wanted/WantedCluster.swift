/// What all machines of a cluster shall have, in the order of the inventory.
public struct WantedCluster: Sendable, Equatable {
  public var machines: [WantedMachine]
  /// The server that begins the cluster, or that the other servers join.
  public var founder: String
  /// The nodes of machines of which nothing is known, so that nothing is decided for them.
  public var absent: [String] = []
  /// What is worth knowing, a sentence each.
  public var remarks: [String]

  public subscript(name: String) -> WantedMachine? { machines.first { $0.name == name } }
}
