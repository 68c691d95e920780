import Inventory

/// Nodes and how they find each other.
extension ClusterDesign {
  static let modules = ["br_netfilter", "overlay", "nf_conntrack", "vxlan"]

  /// What Kubernetes needs, and what kubelet expects when it protects the kernel's defaults.
  func sysctls(_ member: Member) -> [String: String] {
    var values = [
      "net.ipv4.ip_forward": "1",
      "net.bridge.bridge-nf-call-iptables": "1",
      "net.bridge.bridge-nf-call-ip6tables": "1",
      "vm.overcommit_memory": "1",
      "vm.panic_on_oom": "0",
      "kernel.panic": "10",
      "kernel.panic_on_oops": "1",
    ]
    if member.facts.address.contains(":") { values["net.ipv6.conf.all.forwarding"] = "1" }
    return values
  }

  /// Whether it does tasks: agents do, and where there are none, the servers.
  private func works(_ member: Member) -> Bool {
    if member.settings.roles.contains(.agent) { return true }
    return member.isServer && !hasAgents
  }

  func node(_ member: Member) -> WantedNode {
    var node = WantedNode(name: member.node)
    if member.settings.roles.contains(.agent) { node.labels["node-role.kubernetes.io/worker"] = "true" }
    if member.settings.roles.contains(.registry) { node.labels["node-role.kubernetes.io/registry"] = "true" }
    if works(member) {
      node.labels["fluidexnode"] = "computation"
      // A server that also works must go on running the cluster's own pods.
      if wishes.taintsWorkers, !member.isServer { node.taints["dedicated"] = "computation:NoSchedule" }
    }
    if hasGPU(member) { node.labels["nvidia.com/gpu.present"] = "true" }
    return node
  }

  func hasGPU(_ member: Member) -> Bool { member.settings.hasGPU || member.facts.hasGPU }

  func configuration(_ member: Member, _ node: WantedNode) -> K3sConfiguration {
    var settings: [String: ConfigurationValue] = [
      "node-name": .text(member.node),
      "node-ip": .text(member.facts.address),
      "flannel-iface": .text(member.facts.interface),
      "protect-kernel-defaults": .flag(true),
    ]
    if !node.ownLabels.isEmpty {
      settings["node-label"] = .list(node.ownLabels.map { "\($0)=\($1)" }.sorted())
    }
    if !node.taints.isEmpty { settings["node-taint"] = .list(node.taints.map { "\($0)=\($1)" }.sorted()) }
    if member.isServer {
      settings["write-kubeconfig-mode"] = .text("0600")
      settings["secrets-encryption"] = .flag(true)
      settings["tls-san"] = .list(servers.flatMap { [$0.facts.address, $0.node] })
      if member.settings.name != founder.settings.name {
        settings["server"] = .text("https://\(HostPort.text(founder.facts.address, 6443))")
      } else if servers.count > 1 {
        settings["cluster-init"] = .flag(true)
      }
    } else {
      settings["server"] = .text("https://\(HostPort.text(first.facts.address, 6443))")
    }
    return K3sConfiguration(settings)
  }
}
