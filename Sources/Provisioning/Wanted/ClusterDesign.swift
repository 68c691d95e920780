import Inventory
import MusterCore

/// Says what every machine of an inventory shall have. Pure.
public struct ClusterDesign {
  struct Member {
    var settings: MachineSettings
    var facts: NodeFacts
    var node: String
    var isServer: Bool
  }

  let members: [Member]
  let founder: Member
  /// The first server of the inventory, which agents join. It runs when they start, whoever has begun the cluster.
  let first: Member
  let bundle: ArtifactBundle
  let wishes: ClusterWishes
  let stores: [String: ServerStore]
  /// Whether there are agents, with those of which nothing is known.
  let hasAgents: Bool
  private var absent: [String] = []
  private(set) var remarks: [String] = []

  /// - Parameters:
  ///   - facts: by machine. An agent of which nothing is known is left out; without a server's or a registry's there is no design,
  ///     since all others go by their addresses.
  ///   - stores: what servers have of a cluster already, by name; whoever is not named has nothing.
  /// - Throws: ``ProvisioningError`` (`badInventory`, `badBundle`), one sentence for each thing that is wrong.
  public static func wanted(
    _ machines: [MachineSettings], _ facts: [String: NodeFacts], _ bundle: ArtifactBundle, _ wishes: ClusterWishes,
    stores: [String: ServerStore] = [:]
  ) throws(ProvisioningError) -> WantedCluster {
    let design = try ClusterDesign(machines, facts, bundle, wishes, stores)
    let waves = design.waves()
    var all: [WantedMachine] = []
    for (index, member) in design.members.enumerated() { all.append(try design.machine(member, wave: waves[index])) }
    return WantedCluster(
      machines: all, founder: design.founder.settings.name, absent: design.absent, remarks: design.remarks)
  }

  private init(
    _ machines: [MachineSettings], _ facts: [String: NodeFacts], _ bundle: ArtifactBundle, _ wishes: ClusterWishes,
    _ stores: [String: ServerStore]
  ) throws(ProvisioningError) {
    let inCluster = machines.filter(\.isNode)
    var problems: [String] = []
    var members: [Member] = []
    var absent: [String] = []
    var names: [String: String] = [:]
    for settings in inCluster {
      guard let node = WantedNode.name(for: settings.name) else {
        problems.append("the name '\(settings.name)' makes no name of a node; name it with letters and digits")
        continue
      }
      if let other = names[node] {
        problems.append("'\(other)' and '\(settings.name)' would both be the node '\(node)'; rename one of them")
      }
      names[node] = settings.name
      guard let its = facts[settings.name] else {
        if settings.roles.contains(.server) || settings.roles.contains(.registry) {
          problems.append(
            "nothing is known of '\(settings.name)', by whose address the others find the cluster; run 'muster cluster check' "
              + "and see why")
        } else {
          absent.append(node)
        }
        continue
      }
      members.append(
        Member(settings: settings, facts: its, node: node, isServer: settings.roles.contains(.server)))
    }
    let servers = members.filter(\.isServer)
    guard problems.isEmpty, let first = servers.first else {
      if servers.isEmpty, problems.isEmpty {
        problems.append("no machine is to run the control plane; put one, or three, into the group 'driver'")
      }
      throw ProvisioningError(.badInventory, problems.joined(separator: "; "))
    }
    self.members = members
    self.first = first
    // One that has only begun to join must not found another cluster, as long as others have the data.
    founder =
      servers.first { stores[$0.settings.name]?.isWhole == true }
      ?? servers.first { (stores[$0.settings.name] ?? .none) != .none } ?? first
    self.bundle = bundle
    self.wishes = wishes
    self.stores = stores
    self.absent = absent
    hasAgents = machines.contains { $0.roles.contains(.agent) }
    let idle = machines.filter { !$0.isNode }.map(\.name)
    if let name = idle.first {
      let who = idle.count > 1 ? "'\(name)' and \(idle.count - 1) more are" : "'\(name)' is"
      remarks.append("\(who) in none of the groups driver, worker and registry, and nothing is done there")
    }
    if servers.count % 2 == 0 {
      remarks.append(
        "\(servers.count) servers bear no more losses than \(servers.count - 1), and agree more slowly; take an odd number"
      )
    }
    let ports = Set(servers.map { [$0.settings.httpPort, $0.settings.httpsPort] })
    if ports.count > 1 {
      remarks.append("the servers have different http_port or https_port; those of '\(first.settings.name)' count")
    }
  }

  var servers: [Member] { members.filter(\.isServer) }

  /// The founder; then the other servers, one at a time; then the agents.
  private func waves() -> [Int] {
    var server = 0
    return members.map { member in
      if member.settings.name == founder.settings.name { return 0 }
      if member.isServer {
        server += 1
        return server
      }
      return servers.count
    }
  }

  private func needs(_ member: Member, wave: Int) -> [String] {
    if member.settings.name == founder.settings.name { return [] }
    guard member.isServer else {
      return Set([founder.settings.name, first.settings.name]).sorted()
    }
    var before: [String] = [founder.settings.name]
    for other in servers where other.settings.name != founder.settings.name {
      if other.settings.name == member.settings.name { break }
      before.append(other.settings.name)
    }
    return before
  }

  private func machine(_ member: Member, wave: Int) throws(ProvisioningError) -> WantedMachine {
    let node = node(member)
    let configuration = configuration(member, node)
    let files = try files(member, configuration)
    let packages = packages(member)
    return WantedMachine(
      name: member.settings.name, isServer: member.isServer, address: member.facts.address,
      directories: directories(files), files: files,
      links: ["kubectl", "crictl", "ctr"].map { WantedLink("/usr/local/bin/\($0)", to: "k3s") },
      packages: packages, own: own(member), repository: repository(member), modules: Self.modules,
      sysctls: sysctls(member), configuration: configuration,
      unit: WantedUnit(
        name: member.isServer ? "k3s.service" : "k3s-agent.service",
        startDigest: startDigest(member, configuration, files, packages)),
      node: node, wave: wave, needs: needs(member, wave: wave))
  }
}
