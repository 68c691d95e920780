import Inventory

/// What machines shall have as far as it can be said without the bundle: everything but artifacts and packages. Pure.
///
/// Who asks how a cluster is may not have the bundle at hand. Such a plan is for looking at; it is never carried out.
public enum BundlelessDesign {
  /// As ``ClusterDesign/wanted(_:_:_:_:stores:)``, without what comes out of a bundle.
  ///
  /// - Throws: ``ProvisioningError`` (`badInventory`).
  public static func wanted(
    _ machines: [MachineSettings], _ facts: [String: NodeFacts], _ wishes: ClusterWishes,
    stores: [String: ServerStore] = [:]
  ) throws(ProvisioningError) -> WantedCluster {
    let binaries = MachineArchitecture.allCases.map {
      BundleArtifact(path: $0.k3sName, kind: .k3s($0), size: 0, digest: String(repeating: "0", count: 64))
    }
    let stand = ArtifactBundle(folder: "", artifacts: binaries)
    var wanted = try ClusterDesign.wanted(machines, facts, stand, wishes, stores: stores)
    for index in wanted.machines.indices {
      wanted.machines[index].files.removeAll { file in
        if case .artifact = file.content { true } else { false }
      }
      // What the bundle would bring is not known, and so neither is what comes from elsewhere.
      wanted.machines[index].own.needs = []
      wanted.machines[index].own.fault = nil
      wanted.machines[index].repository = []
    }
    return wanted
  }

  /// What was observed, without what such a design says nothing of, so that a plan does not take it for unwanted.
  public static func seen(_ observed: ObservedMachine, as wanted: WantedMachine) -> ObservedMachine {
    var seen = observed
    let own = Set(wanted.files.map(\.path))
    let source = wanted.own.repository
    seen.record?.changes.removeAll { change in
      switch change {
      case .newFile(let path), .replacedFile(let path):
        !own.contains(path) && (isOfBundle(path) || path == source?.path || isKey(path, of: source))
      default: false
      }
    }
    // Whether it was started with other artifacts than there are now cannot be told.
    if seen.started[wanted.unit.name] != nil { seen.started[wanted.unit.name] = wanted.unit.startDigest }
    return seen
  }

  private static func isKey(_ path: String, of source: PackageRepository?) -> Bool {
    source.map { path.hasPrefix("\($0.keyPath).") } ?? false
  }

  private static func isOfBundle(_ path: String) -> Bool {
    path == MachinePlaces.binary
      || [MachinePlaces.images, MachinePlaces.charts, MachinePlaces.manifests].contains { path.hasPrefix("\($0)/") }
  }
}
