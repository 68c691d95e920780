import Provisioning
import Terminal

/// A plan for machines, for people and for programs.
struct ClusterPlanView: Encodable {
  struct Action: Encodable {
    struct Change: Encodable {
      let name: String
      let from: String?
      let to: String?
    }

    let machine: String
    let phase: String
    let action: String
    let subject: String
    let what: String
    let why: String
    let changes: [Change]
    let upload: Int

    init(_ action: MachineAction) {
      machine = action.machine
      phase =
        switch action.phase {
        case .prepare: "prepare"
        case .start: "start"
        case .finish: "finish"
        }
      self.action = action.deed.kind
      subject = action.subject
      what = action.what
      why = action.why
      changes = action.changes.map { Change(name: $0.name, from: $0.from, to: $0.to) }
      upload = action.upload
    }
  }

  struct Failure: Encodable {
    let machine: String
    let code: String
    let message: String

    init(_ failure: MachineFailure) {
      machine = failure.machine
      code = failure.error.codeName
      message = failure.error.message
    }
  }

  let actions: [Action]
  /// What forbids to carry it out.
  let problems: [String]
  let remarks: [String]
  /// Machines for which nothing could be planned.
  let failures: [Failure]

  init(_ plan: ClusterPlan, _ failures: [MachineFailure] = []) {
    actions = plan.actions.map(Action.init)
    problems = plan.problems
    remarks = plan.remarks
    self.failures = failures.map(Failure.init)
  }

  var isWell: Bool { problems.isEmpty && failures.isEmpty }
  private var machines: [String] {
    var seen: Set<String> = []
    return actions.map(\.machine).filter { seen.insert($0).inserted }
  }

  /// Prints it: a paragraph a machine, an action a line, its settings below it.
  func print(_ output: Output) throws {
    guard output.mode == .table else {
      try output.render(self, table: Table([]), ids: machines)
      // In JSON they stand with the rest.
      if output.mode == .quiet { complain(output) }
      return
    }
    for remark in remarks { output.warning(remark) }
    for machine in machines {
      try output.line(machine, style: .heading)
      for action in actions where action.machine == machine {
        try output.line("  \(Self.mark(action).0) \(action.what): \(action.why)", style: Self.mark(action).1)
        for change in action.changes where change.from != nil || action.action != "put" {
          try output.line("      \(Self.text(change))")
        }
      }
    }
    try output.line(summary)
    complain(output)
  }

  private func complain(_ output: Output) {
    for problem in problems { output.failure(code: "machines_unfit", message: problem) }
    for failure in failures { output.failure(code: failure.code, message: failure.message) }
  }

  /// `41 actions on 3 machines, 210.0 MB to send`.
  var summary: String {
    guard !actions.isEmpty else {
      return isWell ? "nothing to do: the machines are as wanted" : "nothing is planned for the machines that answered"
    }
    let bytes = actions.reduce(0) { $0 + $1.upload }
    let upload = bytes > 0 ? ", \(Format.bytes(UInt64(bytes))) to send" : ""
    return "\(Self.count(actions.count, "action")) on \(Self.count(machines.count, "machine"))\(upload)"
  }

  static func count(_ number: Int, _ word: String) -> String { "\(number) \(word)\(number == 1 ? "" : "s")" }

  private static func mark(_ action: Action) -> (String, Style) {
    switch action.action {
    case "undo", "remove-packages", "remove-traces", "forget-node", "close-record", "retire": ("-", .bad)
    case "restart", "set-mode", "set-sysctl": ("~", .attention)
    case "put", "link", "mark": action.changes.contains { $0.from != nil } ? ("~", .attention) : ("+", .good)
    default: ("+", .good)
    }
  }

  private static func text(_ change: Action.Change) -> String {
    func short(_ text: String) -> String { text.count > 120 ? "\(text.prefix(117))…" : text }
    return switch (change.from, change.to) {
    case (nil, let to?): "\(change.name): \(short(to))"
    case (let from?, nil): "\(change.name): \(short(from)) goes"
    case (let from?, let to?): "\(change.name): \(short(from)) → \(short(to))"
    case (nil, nil): change.name
    }
  }
}
