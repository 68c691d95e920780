import Inventory
import MusterCore

/// The secret with which machines join a cluster.
public enum ClusterToken {
  /// The inventory's; else the one that machines have been given already; else the one of an earlier look in the same run; else a new one.
  ///
  /// So a run that was cut off goes on with the token that it began with, and nothing need be kept on the provisioner.
  ///
  /// - Parameter machines: in the order of the inventory.
  static func choose(
    _ machines: [MachineSettings], _ observed: [String: ObservedMachine], earlier: Secret<String>? = nil
  ) -> Secret<String> {
    let servers = machines.filter { $0.roles.contains(.server) }
    if let given = (servers + machines).lazy.compactMap(\.token).first { return given }
    return (servers + machines).lazy.compactMap { observed[$0.name]?.token }.first ?? earlier ?? random()
  }

  /// What forbids to go on with a token: a server keeps its cluster's data under the one that the cluster was begun with.
  static func problems(_ token: Secret<String>, _ wanted: WantedCluster, _ observed: [String: ObservedMachine])
    -> [String]
  {
    wanted.machines.compactMap { machine in
      guard machine.isServer, let its = observed[machine.name], its.store != .none, let old = its.token, old != token
      else { return nil }
      return "\(machine.name) runs a cluster that was begun with another token; put that one into convect_token again, "
        + "or reset the machines first"
    }
  }

  /// 256 bits, in hexadecimal digits.
  private static func random() -> Secret<String> {
    var generator = SystemRandomNumberGenerator()
    let words = (0..<4).map { _ in generator.next() }
    return Secret(
      words.map { word in
        let digits = String(word, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
      }.joined())
  }
}
