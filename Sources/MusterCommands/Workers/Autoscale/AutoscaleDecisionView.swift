import Terminal
import WorkerDeployment

/// What `muster workers autoscale --dry-run` prints.
struct AutoscaleDecisionView: Encodable {
  struct Pool: Encodable {
    let name: String
    let wanted: Int
    let desired: Int
    /// Workers that would be told to drain.
    let release: [String]
    /// Pods that never became workers.
    let withdraw: [String]
  }

  let needed: Int
  let desired: Int
  let reason: String
  let why: String
  let pools: [Pool]

  init(_ decision: AutoscaleDecision) {
    needed = decision.needed
    desired = decision.desired
    reason = decision.reason.rawValue
    why = decision.why
    pools = decision.pools.sorted { $0.key < $1.key }.map { name, pool in
      Pool(
        name: name, wanted: pool.wanted, desired: pool.desired, release: pool.release.sorted(),
        withdraw: pool.withdraw.sorted())
    }
  }

  func print(_ output: Output) throws {
    var table = Table(["POOL", "NOW", "WANTED", "GOING"], whenEmpty: "")
    for pool in pools {
      table.add([
        Cell(pool.name), Cell("\(pool.wanted)"), Cell("\(pool.desired)"),
        Cell((pool.release + pool.withdraw).joined(separator: ",")),
      ])
    }
    try output.render(self, table: table, ids: pools.map { "\($0.name) \($0.desired)" })
    if output.mode == .table { try output.line(why) }
  }
}
