/// Decides what is to be done on one machine.
struct MachinePlanner {
  let wanted: WantedMachine
  let observed: ObservedMachine
  var actions: [MachineAction] = []
  var problems: [String] = []
  var remarks: [String] = []
  /// What the service reads at its start and that changes, for people.
  var staleReasons: [String] = []
  private var changesUnits = false
  var record: MachineRecord { observed.record ?? MachineRecord() }

  init(wanted: WantedMachine, observed: ObservedMachine) {
    self.wanted = wanted
    self.observed = observed
  }

  mutating func decide() {
    retireOther()
    makeFolders()
    installPackages()
    installOwnPackages()
    mendPackages()
    prepareKernel()
    putFiles()
    for link in wanted.links { self.link(link) }
    undoUnwanted()
    let reloads = [wanted.unit.name].contains { observed.units[$0]?.needsReload == true }
    if changesUnits || reloads {
      add(
        .reloadUnits, "systemd", "makes systemd read its files again",
        changesUnits ? "they change" : "they have changed")
    }
    run()
    if observed.record == nil, !actions.isEmpty {
      actions.insert(
        action(
          .openRecord, MachinePlaces.record, "begins the record of what is changed",
          "a reset goes by what was there before"), at: 0)
    }
  }

  private func action(
    _ deed: MachineDeed, _ subject: String, _ what: String, _ why: String, changes: [SettingChange] = [],
    upload: Int = 0,
    phase: PlanPhase = .prepare
  ) -> MachineAction {
    MachineAction(
      wanted.name, phase, deed, subject: subject, what: what, why: why, changes: changes, upload: upload)
  }

  mutating func add(
    _ deed: MachineDeed, _ subject: String, _ what: String, _ why: String, changes: [SettingChange] = [],
    upload: Int = 0,
    phase: PlanPhase = .prepare
  ) {
    actions.append(action(deed, subject, what, why, changes: changes, upload: upload, phase: phase))
  }

  // MARK: what comes before files

  /// A machine that was an agent and is to be a server, or the other way round.
  private mutating func retireOther() {
    for name in WantedUnit.names where name != wanted.unit.name {
      let unit = observed.units[name] ?? ObservedUnit()
      guard record.has(.unit(name)) || record.owns("\(MachinePlaces.units)/\(name)") else {
        if unit.state == "active" {
          problems.append(
            "\(wanted.name) runs \(name), which Muster has not made, and is to run \(wanted.unit.name); uninstall it there first"
          )
        }
        continue
      }
      guard wanted.isServer || observed.store == .none else {
        // Stopped without leaving, it would be missed for ever: etcd does nothing without most of its members.
        problems.append(
          "\(wanted.name) is a server of the cluster, with its data, and is to be an agent; take it out of the cluster first "
            + "with 'muster cluster reset --limit \(wanted.name)', and apply then")
        continue
      }
      let role = wanted.isServer ? "a server" : "an agent"
      add(.retire(name), name, "stops and disables \(name)", "the machine is to be \(role) now")
      if record.has(.unit(name)) { add(.undo(.unit(name)), name, "forgets \(name)", "it is not wanted any more") }
    }
  }

  private mutating func makeFolders() {
    let missing = wanted.directories.filter { !observed.directories.contains($0.path) }
    guard let last = missing.last else { return }
    let what = missing.count == 1 ? "makes the folder \(last.path)" : "makes \(missing.count) folders"
    add(
      .makeFolders(missing), missing.map(\.path).joined(separator: " "), what,
      missing.count == 1 ? "it is not there" : "they are not there")
  }

  // MARK: the kernel

  /// Before the files that do the same at every boot: a boot in between would do it with nothing in the record of how it was.
  private mutating func prepareKernel() {
    for module in wanted.modules where observed.modules[module] == nil {
      add(.loadModule(module), module, "loads the kernel module \(module)", "it is not loaded")
    }
    for (name, value) in wanted.sysctls.sorted(by: { $0.key < $1.key }) where observed.sysctls[name] != value {
      let now = observed.sysctls[name]
      add(
        .setSysctl(name, value), name, "sets \(name) to \(value)", now.map { "it is \($0)" } ?? "it is not there yet",
        changes: [SettingChange(name, from: now, to: value)])
    }
  }

  // MARK: files

  private mutating func putFiles() {
    for file in wanted.files { put(file) }
  }

  mutating func put(_ file: WantedFile) {
    let there = observed.files[file.path]
    if there?.kind == .directory || there?.kind == .other {
      problems.append(
        "\(wanted.name) has at \(file.path) something that is no file, where \(file.purpose) belong; move it away")
      return
    }
    let comparison = FileComparison(file, there, wanted, observed)
    switch comparison.verdict {
    case .same: return
    case .otherMode:
      add(
        .setMode(file), file.path, "gives \(file.path) its mode", comparison.why, changes: comparison.changes)
    case .other(let isHeeded):
      if file.isReadAtStart, isHeeded { staleReasons.append(file.path) }
      if file.path.hasPrefix(MachinePlaces.units), !file.path.hasSuffix(".env") { changesUnits = true }
      var upload = 0
      if case .artifact = file.content { upload = file.size }
      add(
        .put(file, forgets: file.isReadAtStart && isHeeded ? [wanted.unit.name] : []), file.path,
        "puts \(file.path) in place (\(file.purpose))", comparison.why, changes: comparison.changes, upload: upload)
    }
  }

  private mutating func link(_ link: WantedLink) {
    if let target = observed.links[link.path], target != link.target, record.has(.link(link.path)) {
      add(
        .link(link), link.path, "makes \(link.command) a link to k3s", "it leads elsewhere",
        changes: [SettingChange(link.path, from: target, to: link.target)])
    } else if observed.commands[link.command] == nil {
      add(.link(link), link.path, "makes \(link.command) a link to k3s", "there is no such command")
    }
  }

  /// What an earlier run has made and nothing wants any more.
  private mutating func undoUnwanted() {
    let paths = Set((wanted.files + wantedRepository).map(\.path) + wanted.links.map(\.path))
    for change in record.changes.reversed() {
      switch change {
      case .newFile(let path) where !paths.contains(path):
        add(.undo(change), path, "removes \(path)", "Muster has made it, and it is not wanted any more")
        if path.hasPrefix(MachinePlaces.units) { changesUnits = true }
      case .replacedFile(let path) where !paths.contains(path):
        add(
          .undo(change), path, "puts back \(path) as it was",
          "Muster has replaced it, and what it put is not wanted any more")
      case .link(let path) where !paths.contains(path):
        add(.undo(change), path, "removes \(path)", "Muster has made it, and it is not wanted any more")
      case .sysctl(let name, let before)
      where wanted.sysctls[name] == nil && !MachinePlaces.sysctlsOfK3s.contains(name):
        add(
          .undo(change), name, "sets \(name) back to \(before)", "Muster has changed it, which is not wanted any more")
      default: break
      }
    }
  }

  // MARK: the service

  private mutating func run() {
    let unit = wanted.unit
    let phase = PlanPhase.start(wave: wanted.wave)
    let now = observed.units[unit.name] ?? ObservedUnit()
    if !now.isEnabled {
      add(.enable(unit.name), unit.name, "enables \(unit.name)", "it does not start at boot", phase: phase)
    }
    // A start would do nothing for one that is starting already, with what it read before.
    let isUnderWay = !["active", "inactive", "failed"].contains(now.state)
    let isStale = !staleReasons.isEmpty || observed.started[unit.name] != unit.startDigest
    if isUnderWay, isStale {
      add(
        .restart(unit), unit.name, "restarts \(unit.name)",
        "it is \(now.state), and may have read other files than there are now", phase: phase)
    } else if now.state != "active" {
      add(
        .start(unit), unit.name, "starts \(unit.name)", now.isLoaded ? "it is \(now.state)" : "it is not there yet",
        phase: phase)
    } else if !staleReasons.isEmpty {
      add(
        .restart(unit), unit.name, "restarts \(unit.name)",
        "it reads only at its start \(ClusterPlanner.list(staleReasons))", phase: phase)
    } else if observed.started[unit.name] != unit.startDigest {
      let why =
        observed.started[unit.name] == nil
        ? "whether it has read its files as they are is not known"
        : "it was started with other files than there are now"
      add(.restart(unit), unit.name, "restarts \(unit.name)", why, phase: phase)
    } else {
      return
    }
    add(
      .awaitRunning(unit), unit.name, "waits until \(unit.name) runs", "others go by it", phase: phase)
  }
}
