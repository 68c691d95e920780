import Inventory
import MusterCore
import Provisioning
import Terminal

/// How the machines of a cluster are, for people and for programs.
struct ClusterStatusView {
  /// Lines of what is to be done on one machine; all of it is in the JSON form.
  private static let most = 3

  let status: ClusterStatus
  let history: RunHistory
  private let now: Timestamp

  /// - Parameter time: tells how long ago what was changed was changed.
  init(_ status: ClusterStatus, history: RunHistory, time: any Timekeeper = SystemTime()) {
    self.status = status
    self.history = history
    now = time.timestamp()
  }

  var json: ClusterStatusLines { ClusterStatusLines(status) { changedBy($0) } }
  /// The machines that are not well.
  var ids: [String] { status.machines.filter { !$0.isWell }.map(\.name) }

  func print(_ output: Output, showsAll: Bool) throws {
    guard output.mode == .table else { return try output.render(json, table: Table([]), ids: ids) }
    try output.render([String](), table: table, ids: [])
    for machine in status.machines where !machine.isWell {
      for sentence in Self.sentences(machine, showsAll ? .max : Self.most) {
        try output.line(sentence, style: .attention)
      }
    }
    for problem in status.problems { try output.line(problem, style: .bad) }
    for node in status.otherNodes {
      try output.line("\(node.name): a node, \(node.text), that is no machine of the inventory", style: .faint)
    }
    for remark in status.remarks { try output.line(remark, style: .faint) }
    output.note(summary)
  }

  private var table: Table {
    var table = Table(
      [
        Column("MACHINE", shrinks: false), "ROLE", Column("ANSWER", shrinks: false), Column("SERVICE", shrinks: false),
        Column("SINCE", shrinks: false), Column("NODE", shrinks: false), "VERSION", "CHANGED",
        Column("DRIFT", .right, shrinks: false),
      ], whenEmpty: "no machine of the inventory is in a cluster")
    for machine in status.machines {
      let service = machine.service
      let node = machine.node
      table.add([
        Cell(machine.name), Cell(Self.roles(machine.roles)),
        machine.trouble == nil ? Cell("OK", style: .good) : Cell("FAILED", style: .bad),
        Cell(
          service.map { $0.isEnabled || $0.state == "not-found" ? $0.state : "\($0.state), not enabled" } ?? "-",
          style: service == nil ? .plain : service?.isWell == true ? .good : .bad),
        Cell(service?.age.map { Format.ago($0) } ?? "-"),
        Cell(node?.text ?? "-", style: node?.isWell != true ? .bad : node?.isSchedulable == true ? .good : .attention),
        Cell(node.flatMap { $0.version.isEmpty ? nil : $0.version } ?? "-"), Cell(changed(machine)),
        Cell(
          machine.drift.map { $0.isEmpty ? "none" : "\($0.count)" } ?? "-",
          style: machine.drift?.isEmpty == false ? .attention : .plain),
      ])
    }
    return table
  }

  /// `apply, 3m 2s ago`
  private func changed(_ machine: MachineStatus) -> String {
    guard let age = machine.changeAge else { return "-" }
    return (changedBy(machine).map { "\(RunHistory.verb($0)), " } ?? "") + Format.ago(age)
  }

  /// By how long ago it was, as the machine's clock may be off.
  private func changedBy(_ machine: MachineStatus) -> String? {
    machine.changeAge.flatMap { history.run(on: machine.name, at: now + (.zero - $0)) }
  }

  /// What is wrong with a machine, and what is to be done there.
  static func sentences(_ machine: MachineStatus, _ most: Int) -> [String] {
    if let trouble = machine.trouble { return [trouble.message] }
    var sentences: [String] = []
    if let node = machine.node {
      switch node.state {
      case .ready: break
      case .notReady:
        let reason = node.reason.isEmpty ? "" : " (\(node.reason))"
        sentences.append("its node is NotReady\(reason); see 'kubectl describe node \(node.name)'")
      case .missing: sentences.append("the cluster has no node '\(node.name)'; it joins when its service runs")
      case .unknown: break
      }
    }
    let drift = machine.drift ?? []
    sentences += drift.prefix(most).map { "apply \($0.sentence)" }
    if drift.count > most { sentences.append("apply does \(drift.count - most) more; --all shows it") }
    return sentences.map { "\(machine.name): \($0)" }
  }

  /// `3 machines: 2 as planned and Ready, 1 not`
  var summary: String {
    let well = status.machines.count(where: \.isWell)
    let count = status.machines.count
    let machines = "\(count) machine\(count == 1 ? "" : "s")"
    return well == count
      ? "\(machines), as planned and Ready" : "\(machines): \(well) as planned and Ready, \(count - well) not"
  }

  static func roles(_ roles: Set<MachineRole>) -> String {
    MachineRole.allCases.filter(roles.contains).map(\.rawValue).joined(separator: ",")
  }
}
