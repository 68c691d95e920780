import MusterCore
import Terminal
import WorkerDeployment

/// The workers as they are, for people: the figures, the reasons, the pods, the nodes.
struct WorkersStatusView {
  let status: WorkersStatus
  /// Lines of drift; all of it is in the JSON form.
  private static let mostDrifts = 20

  init(_ status: WorkersStatus) { self.status = status }

  func print(_ output: Output) throws {
    guard output.mode == .table else {
      return try output.render(status, table: Table([]), ids: status.workers.map(\.name))
    }
    try output.render([String](), table: Table(facts: facts), ids: [])
    for reason in status.reasons {
      try output.line("")
      try output.line(reason.sentence, style: reason.cause.isTrouble ? .bad : .attention)
      for line in reason.log { try output.line("    \(line)", style: .faint) }
    }
    if !status.drift.isEmpty {
      try output.line("")
      for drift in status.drift.prefix(Self.mostDrifts) { try output.line(drift.sentence, style: .attention) }
      let more = status.drift.count - Self.mostDrifts
      if more > 0 { try output.line("and \(more) more fields that somebody has changed", style: .attention) }
    }
    for sentence in status.notCompared { try output.line(sentence, style: .faint) }
    if !status.workers.isEmpty {
      try output.line("")
      try output.render([String](), table: workers, ids: [])
    }
    if let nodes = status.nodes?.filter({ $0.workers.isEmpty }), !nodes.isEmpty {
      try output.line("")
      try output.render([String](), table: Self.idle(nodes), ids: [])
    }
  }

  private var facts: [(String, Cell)] {
    let counts = status.counts
    guard status.isDeployed else { return [("namespace", Cell(status.namespace)), ("workers", Cell("none deployed"))] }
    var numbers = "\(counts.ready) of \(counts.wanted) ready, \(counts.running) running, \(counts.pending) pending"
    if counts.leaving > 0 { numbers += ", \(counts.leaving) leaving" }
    var facts: [(String, Cell)] = [
      ("namespace", Cell(status.namespace)),
      ("workers", Cell(numbers, style: counts.ready == counts.wanted ? .good : .attention)),
    ]
    if counts.current < counts.made { facts.append(("current", Cell("\(counts.current) of \(counts.made)"))) }
    if let stage = status.stage { facts.append(("stage", Cell(stage))) }
    if let image = status.image { facts.append(("image", Cell(image))) }
    if let capacity = status.capacity { facts.append(("room for", Cell("\(capacity) workers on today's nodes"))) }
    return facts
  }

  private var workers: Table {
    var table = Table([
      Column("WORKER", shrinks: false), "NODE", "STATE", "READY", Column("RESTARTS", .right), Column("AGE", .right),
      "STAGE",
      "WORKS ON",
    ])
    for worker in status.workers {
      let isWell = worker.isReady && worker.isCurrent
      table.add([
        Cell(worker.name), Cell(worker.node ?? "-"), Cell(worker.state, style: isWell ? .good : .attention),
        Cell(worker.isReady ? "yes" : "no"), "\(worker.restarts)",
        Cell(worker.age.map { DurationText.text(.seconds($0)) } ?? "-"), Cell(worker.stage ?? "-"),
        Cell(worker.works ?? "-"),
      ])
    }
    return table
  }

  private static func idle(_ nodes: [NodeLine]) -> Table {
    var table = Table([Column("NODE WITHOUT A WORKER", shrinks: false), Column("CORES", .right), "COULD HAVE ONE"])
    for node in nodes {
      table.add([
        Cell(node.name), Cell(node.cores == 0 ? "-" : "\(node.cores)"),
        Cell(node.obstacle.map { "no: \($0)" } ?? "yes"),
      ])
    }
    return table
  }
}
