import Inventory
import MusterCore

@testable import Provisioning

/// Inventories, facts and a bundle for the tests of plans.
enum PlanFixture {
  static let token = "canary-token-81c2"

  static let three = """
    [driver]
    m1 my_iface=eth1
    [worker]
    w1 my_iface=eth1
    w2 my_iface=eth1 has_gpu=true
    [registry]
    m1
    """

  static let five = """
    [driver]
    m[1:3] my_iface=eth1
    [worker]
    w[1:2] my_iface=eth1
    [registry]
    m2
    """

  static func settings(_ inventory: String) throws -> [MachineSettings] {
    try MachineInventory.read(Array(inventory.utf8), name: "inv.toml").machines(in: PathBase(folder: "/f", home: "/h"))
  }

  static func facts(_ machines: [MachineSettings]) -> [String: NodeFacts] {
    var facts: [String: NodeFacts] = [:]
    for (index, machine) in machines.enumerated() {
      facts[machine.name] = NodeFacts(
        name: machine.name, address: "10.0.0.\(11 + index)", interface: "eth1", release: "debian-12",
        architecture: .amd64, hasGPU: machine.hasGPU)
    }
    return facts
  }

  static func artifact(_ path: String, _ content: String = "x") -> BundleArtifact? {
    guard case .artifact(let kind) = ArtifactNames.meaning(path) else { return nil }
    return BundleArtifact(path: path, kind: kind, size: 1000, digest: FileDigest.text((path + content).utf8))
  }

  static func bundle(_ more: [String] = [], k3s: String = "1") -> ArtifactBundle {
    let names =
      [
        "k3s-airgap-images-amd64.tar", "images/jupyter.tar.zst", "charts/hub-1.0.tgz", "manifests/hub.yaml",
        "packages/conntrack_1.4.7-1_amd64.deb", "packages/debian-12/ipset_7.17-1_amd64.deb",
        "nvidia/nvidia-container-toolkit_1.17.0-1_amd64.deb",
      ] + more
    return ArtifactBundle(
      folder: "/bundle", artifacts: ([artifact("k3s", k3s)] + names.map { artifact($0) }).compactMap(\.self))
  }

  static func wishes(_ token: String = token, taints: Bool = false) -> ClusterWishes {
    ClusterWishes(token: Secret(token), taintsWorkers: taints)
  }

  static func wanted(
    _ inventory: String, bundle: ArtifactBundle = bundle(), wishes: ClusterWishes = wishes(),
    stores: [String: ServerStore] = [:]
  ) throws -> WantedCluster {
    let machines = try settings(inventory)
    return try ClusterDesign.wanted(machines, facts(machines), bundle, wishes, stores: stores)
  }
}
