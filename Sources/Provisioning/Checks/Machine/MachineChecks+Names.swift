extension MachineChecks {
  mutating func checkNames() {
    let name = facts.hostName
    let others = Survey.others(survey.hostNames[name.lowercased()], than: machine.name)
    if !Self.isNodeName(name.lowercased()) {
      findings.problem(
        .hostName, "its host name '\(name)' cannot be the name of a node",
        cure: "give it one of letters, digits and '-', other than localhost: 'hostnamectl set-hostname NAME'")
    } else if !others.isEmpty {
      findings.problem(
        .hostName, "its host name '\(name)' is also that of \(CheckWords.list(others))",
        cure: "give every machine its own: 'hostnamectl set-hostname NAME'")
    } else {
      findings.ok(.hostName, name)
    }
    checkMachineID()
  }

  private mutating func checkMachineID() {
    let id = facts.machineID
    guard id.utf8.count == 32, id.allSatisfy(\.isHexDigit) else {
      return findings.problem(
        .machineID, id.isEmpty ? "it has no machine id" : "its machine id '\(id)' is none",
        cure: "run 'systemd-machine-id-setup', and start the machine anew")
    }
    let others = Survey.others(survey.machineIDs[id], than: machine.name)
    guard !others.isEmpty else { return findings.ok(.machineID, "its own") }
    let twins = input.machines.filter {
      others.contains($0.name) && $0.facts?.bootID == facts.bootID && $0.facts?.hostName == facts.hostName
    }.map(\.name)
    if !twins.isEmpty, !facts.bootID.isEmpty {
      findings.problem(
        .machineID, "it is the same machine as \(CheckWords.list(twins))",
        cure: "name every machine once in the inventory, and see that address and port are its own")
    } else {
      findings.problem(
        .machineID, "its machine id is also that of \(CheckWords.list(others)), as in copies of one disk",
        cure: "empty /etc/machine-id, run 'systemd-machine-id-setup', and start the machine anew")
    }
  }

  /// A label or several of RFC 1123, at most 63 characters, as the node's label `kubernetes.io/hostname` has no more.
  static func isNodeName(_ name: String) -> Bool {
    guard (1...63).contains(name.utf8.count), name != "localhost", !name.hasPrefix("localhost.") else { return false }
    return name.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
      !label.isEmpty && label.first != "-" && label.last != "-"
        && label.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D }
    }
  }
}
