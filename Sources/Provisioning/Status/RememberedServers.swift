import Inventory

/// What servers that do not answer are, as the others remember it in their settings: enough to say what the others shall have.
enum RememberedServers {
  /// - Parameters:
  ///   - lost: the machines that do not answer.
  ///   - configurations: of servers that do.
  ///   - like: a server that answers: what is not remembered matters to nobody else, and is taken from it.
  /// - Returns: by machine; whom nobody remembers is not in it.
  static func facts(_ lost: [MachineSettings], by configurations: [K3sConfiguration], like: NodeFacts?) -> [String:
    NodeFacts]
  {
    guard let like else { return [:] }
    var facts: [String: NodeFacts] = [:]
    for machine in lost {
      guard let node = WantedNode.name(for: machine.name),
        let address = configurations.lazy.compactMap({ address(of: node, in: $0) }).first
      else { continue }
      var its = like
      its.name = machine.name
      its.address = address
      facts[machine.name] = its
    }
    return facts
  }

  /// In `tls-san` stands of each server its address, and then its name as a node.
  private static func address(of node: String, in configuration: K3sConfiguration) -> String? {
    guard case .list(let names)? = configuration.settings["tls-san"], let place = names.firstIndex(of: node), place > 0
    else { return nil }
    return names[place - 1]
  }
}
