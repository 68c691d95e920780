import MusterCore

/// How an autoscaler behaves. Described, with reasons, in `docs/workers-autoscaling.md`.
public struct AutoscaleSettings: Sendable, Hashable {
  /// Fewer workers than this are never wanted, over all pools.
  public var minimum = 0
  /// More workers than this are never wanted, over all pools.
  public var maximum: Int
  /// More pods than this never are there at a time, those that still end among them. Nil: as many as ``maximum``.
  public var hardCap: Int?
  /// In which the work that is left is to be done.
  public var drainWindow: Duration = .seconds(600)
  /// The run time of a kind of which none was measured yet.
  public var assumedRunTime: Duration = .seconds(60)
  /// More must have been needed for so long before workers come. 0: at once.
  public var upWindow: Duration = .zero
  /// Less must have been enough for so long before workers go.
  public var downWindow: Duration = .seconds(300)
  /// After workers came or went, so long none go.
  public var downCooldown: Duration = .seconds(60)
  /// What was read longer ago is no ground for a decision.
  public var stalePatience: Duration = .seconds(15)
  /// A worker that is pending for longer is looked for in the next pool.
  public var pendingPatience: Duration = .seconds(600)
  /// So long the pool where it was pending gets no more.
  public var pendingRetry: Duration = .seconds(900)
  /// Between two looks.
  public var period: Duration = .seconds(1)

  public init(maximum: Int) { self.maximum = maximum }

  /// The most pods at a time.
  var cap: Int { hardCap ?? maximum }

  /// - Throws: ``WorkerDeploymentError`` (`badValue`) for settings and pools with which nothing sensible can be decided.
  public func checked(with pools: [AutoscalePool]) throws(WorkerDeploymentError) {
    let most = 100_000
    guard (0...most).contains(minimum), (0...most).contains(maximum), (0...most).contains(cap) else {
      throw bad("a minimum of \(minimum), a maximum of \(maximum) and a hard cap of \(cap) workers; each is 0…\(most)")
    }
    guard minimum <= maximum, maximum <= cap else {
      throw bad(
        "a minimum of \(minimum), a maximum of \(maximum) and a hard cap of \(cap) workers; none may be over the next")
    }
    guard drainWindow >= .seconds(1), drainWindow <= .seconds(365 * 86_400) else {
      throw bad("a drain window of \(DurationText.text(drainWindow)); it is 1 s to a year, as 10m")
    }
    let times = [
      ("the assumed run time", assumedRunTime), ("the window for more workers", upWindow),
      ("the window for fewer workers", downWindow), ("the cooldown", downCooldown),
      ("the patience with pending workers", pendingPatience), ("the time before a pool is tried again", pendingRetry),
    ]
    for (name, time) in times where time < .zero || time > .seconds(86_400) {
      throw bad("\(name) of \(DurationText.text(time)); it is 0 to 24 h")
    }
    guard period >= .milliseconds(100), stalePatience >= period * 2, stalePatience <= .seconds(3600) else {
      throw bad(
        "a look every \(DurationText.text(period)) and \(DurationText.text(stalePatience)) until a look is too old; looks are "
          + "at least 100 ms apart, and two have to fit into the patience")
    }
    try check(pools, most: most)
  }

  private func check(_ pools: [AutoscalePool], most: Int) throws(WorkerDeploymentError) {
    guard (1...32).contains(pools.count) else { throw bad("\(pools.count) pools; there are 1 to 32") }
    for pool in pools {
      guard (0...most).contains(pool.maximum), (1...65_535).contains(pool.slots) else {
        throw bad(
          "pool '\(pool.name)' with at most \(pool.maximum) workers of \(pool.slots) slots; those are 0…\(most) and 1…65535"
        )
      }
    }
    guard Set(pools.map(\.name)).count == pools.count,
      Set(pools.map { "\($0.namespace)/\($0.deployment)" }).count == pools.count
    else {
      throw bad(
        "the pools \(pools.map { "\($0.name) (\($0.namespace)/\($0.deployment))" }.joined(separator: ", ")); each needs "
          + "a name and a deployment of its own")
    }
  }

  private func bad(_ what: String) -> WorkerDeploymentError {
    WorkerDeploymentError(.badValue, "autoscaling does not work with \(what); change that setting")
  }
}
