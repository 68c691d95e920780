/// Decides how machines are made again what they were. Pure, and by their records alone: the inventory's wishes do not matter.
public enum ResetPlanner {
  /// - Parameters:
  ///   - machines: those that are reset, in order, with the names of their nodes.
  ///   - observed: by machine; those that are not in it are left alone.
  ///   - helper: a server that stays and runs, which forgets the nodes: a server's before that is stopped, so that etcd is asked for no
  ///     majority of members that are gone; an agent's afterwards, so that it does not come back.
  public static func plan(
    _ machines: [(name: String, node: String)], _ observed: [String: ObservedMachine], helper: String? = nil
  ) -> ClusterPlan {
    var plan = ClusterPlan()
    for machine in machines {
      guard let its = observed[machine.name] else { continue }
      let isNode = helper.flatMap { observed[$0]?.nodes?[machine.node] } != nil
      guard let record = its.record else {
        // Its node stayed when an earlier run could not take it out.
        let runs = WantedUnit.names.contains { !["inactive", "failed"].contains(its.units[$0]?.state ?? "inactive") }
        let isLeft = isNode && !runs
        if isLeft, let helper { plan.actions.append(forget(machine, on: helper, .prepare)) }
        if its.hasRemains {
          plan.actions.append(
            MachineAction(
              machine.name, .finish, .closeRecord, subject: MachinePlaces.muster,
              what: "removes \(MachinePlaces.muster) and \(MachineLock.folder)",
              why: "a run that was cut has left something there, and no record"))
        } else if !isLeft {
          plan.remarks.append("\(machine.name) has no record of Muster's: nothing is undone there")
        }
        continue
      }
      let isServer = its.units["k3s.service"]?.isLoaded == true
      let leavesFirst = isNode && isServer
      plan.actions += actions(machine.name, record, its, retires: leavesFirst ? .start(wave: 0) : .prepare)
      if let helper, helper != machine.name, isNode {
        plan.actions.append(forget(machine, on: helper, leavesFirst ? .prepare : .start(wave: 0)))
        if leavesFirst { plan.needs[machine.name] = [helper] }
      }
    }
    plan.actions = ClusterPlanner.inOrder(plan.actions)
    return plan
  }

  private static func forget(_ machine: (name: String, node: String), on helper: String, _ phase: PlanPhase)
    -> MachineAction
  {
    MachineAction(
      helper, phase, .forgetNode(machine.node), subject: "node/\(machine.node)",
      what: "takes the node \(machine.node) out of the cluster", why: "the machine \(machine.name) is reset",
      about: machine.name)
  }

  private static func actions(
    _ name: String, _ record: MachineRecord, _ observed: ObservedMachine, retires: PlanPhase
  ) -> [MachineAction] {
    var actions: [MachineAction] = []
    func add(_ phase: PlanPhase, _ deed: MachineDeed, _ subject: String, _ what: String, _ why: String) {
      actions.append(MachineAction(name, phase, deed, subject: subject, what: what, why: why))
    }
    for unit in WantedUnit.names where record.has(.unit(unit)) || record.has(.newFile("\(MachinePlaces.units)/\(unit)"))
    {
      let now = observed.units[unit] ?? ObservedUnit()
      guard now.isLoaded || now.isEnabled || now.state != "inactive" else { continue }
      add(retires, .retire(unit), unit, "stops and disables \(unit)", "Muster has made it")
    }
    // Where k3s was there before, its things are not ours to remove.
    let traces = (MachinePlaces.traces + MachinePlaces.earlierTraces).filter { record.has(.trace($0)) }
    if traces.contains(MachinePlaces.data) || traces.contains(MachinePlaces.earlierData) {
      add(
        .finish, .removeTraces(traces), "k3s",
        "ends and removes what k3s has made: mounts, networks, firewall rules, data",
        "no k3s was there before")
    }
    var changesUnits = false
    // Together, since they need each other.
    var packages = record.changes.compactMap { if case .package(let name) = $0 { name } else { nil } }
    for change in record.changes.reversed() {
      if case .package = change {
        guard !packages.isEmpty else { continue }
        add(
          .finish, .removePackages(packages), packages.joined(separator: " "),
          "removes \(ClusterPlanner.list(packages))",
          packages.count > 1 ? "they were not installed" : "it was not installed")
        packages = []
        continue
      }
      guard let (subject, what, why) = words(change) else { continue }
      if subject.hasPrefix(MachinePlaces.units) { changesUnits = true }
      add(.finish, .undo(change), subject, what, why)
    }
    if changesUnits {
      add(.finish, .reloadUnits, "systemd", "makes systemd read its files again", "they change")
    }
    add(
      .finish, .closeRecord, MachinePlaces.muster, "removes \(MachinePlaces.muster)",
      "nothing is left of what it records")
    return actions
  }

  private static func words(_ change: RecordedChange) -> (subject: String, what: String, why: String)? {
    switch change {
    case .directory(let path): (path, "removes the folder \(path) if nothing is in it", "it was not there")
    case .newFile(let path), .link(let path): (path, "removes \(path)", "it was not there")
    case .replacedFile(let path): (path, "puts back \(path) as it was", "Muster has replaced it")
    case .module(let name): (name, "unloads the kernel module \(name) if nothing uses it", "it was not loaded")
    case .sysctl(let name, let before): (name, "sets \(name) back to \(before)", "that is what it was")
    case .place(let path): (path, "removes \(path) and what is in it", "a package that Muster brought has made it")
    case .account(let name): (name, "removes the user or group \(name)", "a package that Muster brought has made it")
    case .forwarding: ("iptables", "lets the kernel forward again as it did", "Docker has forbidden it")
    case .unit, .trace, .package: nil
    }
  }
}
