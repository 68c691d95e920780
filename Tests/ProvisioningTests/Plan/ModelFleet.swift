import MusterCore

@testable import Provisioning

/// Machines that are nothing but what is observed of them, and on which deeds do what they say.
struct ModelFleet {
  var machines: [String: ObservedMachine]
  /// What files and links were before they were replaced, by machine and path.
  private var copies: [String: [String: (file: ObservedFile, link: String?, configuration: Secret<[UInt8]>?)]] = [:]
  private(set) var restarts: [String] = []
  /// What a boot reads: modules and sysctls, by machine and file.
  private var readAtBoot: [String: [String: [String]]] = [:]
  private let kernel: ObservedMachine
  let speaksOfLabels: Bool

  init(_ names: [String], speaksOfLabels: Bool = true) {
    var bare = ObservedMachine()
    bare.directories = [
      "/etc", "/etc/systemd", "/etc/systemd/system", "/usr", "/usr/local", "/usr/local/bin", "/var", "/var/lib",
    ]
    bare.sysctls = ["vm.overcommit_memory": "0", "kernel.panic": "0", "net.ipv4.conf.all.route_localnet": "0"]
    bare.modules = ["overlay": .builtIn]
    for name in WantedUnit.names { bare.units[name] = ObservedUnit() }
    machines = Dictionary(uniqueKeysWithValues: names.map { ($0, bare) })
    kernel = bare
    self.speaksOfLabels = speaksOfLabels
  }

  mutating func carryOut(_ plan: ClusterPlan, nodes: [String: String]) {
    for action in plan.actions { carryOut(action, nodes) }
  }

  mutating func carryOut(_ action: MachineAction, _ nodes: [String: String] = [:]) {
    guard var machine = machines[action.machine] else { return }
    defer { machines[action.machine] = machine }
    func note(_ change: RecordedChange) {
      guard machine.record?.has(change) == false else { return }
      machine.record?.changes.append(change)
    }
    switch action.deed {
    case .openRecord:
      if machine.record == nil { machine.record = MachineRecord(MachinePlaces.traces.map { .trace($0) }) }
    case .makeFolders(let folders):
      for folder in folders {
        note(.directory(folder.path))
        machine.directories.insert(folder.path)
      }
    case .put(let file, let forgets):
      if machine.record?.owns(file.path) == false {
        if let there = machine.files[file.path] {
          copies[action.machine, default: [:]][file.path] = (there, machine.links[file.path], machine.configuration)
          note(.replacedFile(file.path))
        } else {
          note(.newFile(file.path))
        }
      }
      for unit in forgets { machine.started[unit] = nil }
      machine.files[file.path] = ObservedFile(.regular, mode: file.mode, size: file.size, digest: file.digest)
      machine.links[file.path] = nil
      if case .bytes(let bytes) = file.content {
        readAtBoot[action.machine, default: [:]][file.path] =
          bytes.reveal().split(separator: UInt8(ascii: "\n")).map { String(decoding: $0, as: UTF8.self) }
      }
      if file.path == MachinePlaces.configuration, case .bytes(let bytes) = file.content {
        machine.configuration = bytes
      }
      let unit = String(file.path.split(separator: "/").last ?? "")
      if WantedUnit.names.contains(unit) {
        let wasLoaded = machine.units[unit]?.isLoaded == true
        machine.units[unit]?.needsReload = wasLoaded
        machine.units[unit]?.isLoaded = true
      }
    case .setMode(let file):
      machine.files[file.path]?.mode = file.mode
      machine.files[file.path]?.user = 0
      machine.files[file.path]?.group = 0
    case .link(let link):
      note(.link(link.path))
      machine.links[link.path] = link.target
      machine.files[link.path] = ObservedFile(.link, mode: 0o777)
      machine.commands[link.command] = [link.path]
    case .install(let packages, let forgets):
      for package in packages {
        if machine.packages[package.file.name] == nil { note(.package(package.file.name)) }
        machine.packages[package.file.name] = package.file.version
      }
      for unit in forgets { machine.started[unit] = nil }
    case .installOwn(let packages, let forgets):
      if packages.sets.contains(.docker) { note(.account("docker")) }
      for name in packages.names + packages.names.map({ "lib\($0)" }) {
        note(.package(name))
        machine.packages[name] = "1"
      }
      for unit in forgets { machine.started[unit] = nil }
    case .mendPackages: machine.halfPackages = []
    case .rememberSources(let mark): machine.triedSources = mark
    case .loadModule(let name):
      note(.module(name))
      machine.modules[name] = .loaded
    case .setSysctl(let name, let value):
      if let before = machine.sysctls[name] { note(.sysctl(name, before: before)) }
      machine.sysctls[name] = value
    case .reloadUnits: for unit in WantedUnit.names { machine.units[unit]?.needsReload = false }
    case .enable(let unit):
      for name in MachinePlaces.sysctlsOfK3s {
        if let before = machine.sysctls[name] { note(.sysctl(name, before: before)) }
      }
      note(.unit(unit))
      machine.units[unit]?.isEnabled = true
    case .start(let unit), .restart(let unit):
      restarts.append("\(action.machine) \(unit.name)")
      machine.units[unit.name]?.state = "active"
      machine.started[unit.name] = unit.startDigest
      machine.sysctls["net.ipv4.conf.all.route_localnet"] = "1"
      if unit.name == "k3s.service" { machine.store = .etcd }
      if let node = nodes[action.machine] { joined.insert(node) }
    case .awaitRunning: break
    case .mark(_, let give, let take):
      machine.marks.subtract(take)
      for mark in give {
        machine.marks = machine.marks.filter { !($0.node == mark.node && $0.kind == mark.kind && $0.key == mark.key) }
        machine.marks.insert(mark)
      }
    case .retire(let unit):
      machine.units[unit]?.state = "inactive"
      machine.units[unit]?.isEnabled = false
    case .undo(let change): undo(change, &machine, action.machine)
    case .removePackages(let names): for name in names { machine.packages[name] = nil }
    case .removeTraces: machine.store = .none
    case .forgetNode(let node): joined.remove(node)
    case .closeRecord:
      machine.record = nil
      machine.started = [:]
      machine.marks = []
    }
  }

  /// All machines lose their power and boot: the kernel is as ever, but for what files tell it.
  mutating func boot() {
    for name in machines.keys {
      machines[name]?.modules = kernel.modules
      machines[name]?.sysctls = kernel.sysctls
      let files = (readAtBoot[name] ?? [:]).filter { machines[name]?.files[$0.key] != nil }
      for module in files[MachinePlaces.modules] ?? [] where kernel.modules[module] == nil {
        machines[name]?.modules[module] = .loaded
      }
      for line in files[MachinePlaces.sysctls] ?? [] {
        let parts = line.split(separator: "=").map(String.init)
        machines[name]?.sysctls[parts[0]] = parts[1]
      }
      if machines[name]?.units.values.contains(where: \.isEnabled) == true {
        machines[name]?.sysctls["net.ipv4.conf.all.route_localnet"] = "1"
      }
    }
  }

  private var joined: Set<String> = []

  /// The machines as a script would see them; the servers speak of nodes.
  func observed(server: String) -> [String: ObservedMachine] {
    var seen = machines
    guard seen[server]?.units["k3s.service"]?.state == "active" else { return seen }
    var nodes: [String: ObservedNode] = [:]
    for node in joined {
      var labels: [String: String] = [:]
      var taints: [String: String] = [:]
      for mark in seen[server]?.marks ?? [] where mark.node == node {
        if mark.kind == .label { labels[mark.key] = mark.value } else { taints[mark.key] = mark.value }
      }
      nodes[node] = ObservedNode(
        isReady: true, labels: speaksOfLabels ? labels : nil, taints: speaksOfLabels ? taints : nil)
    }
    seen[server]?.nodes = nodes
    return seen
  }

  private mutating func undo(_ change: RecordedChange, _ machine: inout ObservedMachine, _ name: String) {
    machine.record?.changes.removeAll { $0 == change }
    switch change {
    case .directory(let path): machine.directories.remove(path)
    case .newFile(let path), .link(let path):
      machine.files[path] = nil
      machine.links[path] = nil
      if path == MachinePlaces.configuration { machine.configuration = nil }
      let last = String(path.split(separator: "/").last ?? "")
      machine.commands[last] = nil
      if WantedUnit.names.contains(last) { machine.units[last] = ObservedUnit() }
    case .replacedFile(let path):
      let copy = copies[name]?[path]
      machine.files[path] = copy?.file
      machine.links[path] = copy?.link
      if path == MachinePlaces.configuration { machine.configuration = copy?.configuration }
    case .package(let package): machine.packages[package] = nil
    case .module(let module): machine.modules[module] = nil
    case .sysctl(let key, let before): machine.sysctls[key] = before
    case .unit, .trace, .place, .account, .forwarding: break
    }
  }
}
