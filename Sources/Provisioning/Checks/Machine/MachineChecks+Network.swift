import MusterCore

extension MachineChecks {
  mutating func checkNetwork() {
    checkInterface()
    checkNetworks()
    if let route = facts.defaultRoutes.first {
      findings.ok(.defaultRoute, "by \(route.interface)")
    } else {
      findings.problem(
        .defaultRoute, "it has no default route, without which k3s does not start",
        cure:
          "add one, which may lead nowhere: 'ip route add default via GATEWAY', and in the system's network settings")
    }
  }

  private mutating func checkInterface() {
    switch NodeAddress.choose(settings, facts) {
    case .missing(let why, let cure): findings.problem(.interface, why, cure: cure)
    case .found(let interface, let address):
      let others = Survey.others(survey.addresses[address], than: machine.name)
      if others.isEmpty {
        findings.ok(.interface, "\(interface), \(address)")
      } else {
        findings.problem(
          .interface, "its address \(address) on '\(interface)' is also that of \(CheckWords.list(others))",
          cure: "set my_iface to the interface of the network between the machines")
      }
    }
  }

  private mutating func checkNetworks() {
    let clusters = [("pods", input.options.podNetwork), ("services", input.options.serviceNetwork)]
    // The cluster's own interfaces and those of pods are in its networks by right.
    let own = ["cni", "flannel", "kube-", "veth", "cali", "lo"]
    for interface in facts.interfaces where !own.contains(where: { interface.name.hasPrefix($0) }) {
      for address in interface.addresses where address.scope != "link" {
        for (purpose, network) in clusters {
          if AddressRange(network)?.contains(address.address) == true {
            findings.problem(
              .networks,
              "its address \(address.address) on '\(interface.name)' is in \(network), the cluster's network for \(purpose)",
              cure: "give the machine an address in another network")
          } else if let first = network.split(separator: "/").first, address.range?.contains(String(first)) == true {
            findings.warn(
              .networks,
              "the network \(address.address)/\(address.prefixLength) of '\(interface.name)' holds \(network), the cluster's "
                + "network for \(purpose)",
              cure: "see that no machine has an address in \(network)")
          }
        }
      }
    }
    findings.okUnlessFound(.networks, "apart from the cluster's own")
  }
}
