import MusterCore

/// Says why a decision is as it is, in one sentence.
struct AutoscaleWords {
  let reason: AutoscaleDecision.Reason
  let sentence: String

  init(turn: AutoscaleTurn, parts: [String: AutoscaleDecision.Pool]) {
    let names = turn.censuses.map(\.pool.name)
    let ordered = names.compactMap { name in parts[name].map { (name: name, part: $0) } }
    let work = Self.work(turn)
    let deeds = ordered.flatMap { Self.deeds($0.name, $0.part) }
    if !deeds.isEmpty {
      reason = ordered.contains { $0.part.desired > $0.part.wanted } ? .raising : .lowering
      sentence = deeds.joined(separator: ", ") + ": " + work
      return
    }
    (reason, sentence) = Self.holding(turn, work)
  }

  private static func deeds(_ name: String, _ part: AutoscaleDecision.Pool) -> [String] {
    var deeds: [String] = []
    if part.desired > part.wanted {
      deeds.append("adding \(workers(part.desired - part.wanted)) to '\(name)' (\(part.wanted) to \(part.desired))")
    }
    if part.desired < part.wanted {
      deeds.append("letting \(workers(part.wanted - part.desired)) of '\(name)' go (\(part.wanted) to \(part.desired))")
    }
    return deeds
  }

  private static func holding(_ turn: AutoscaleTurn, _ work: String) -> (AutoscaleDecision.Reason, String) {
    let demand = turn.demand
    let wanted = demand.workers.values.reduce(0, +)
    if let refused = turn.refused, refused.reason == .upWindow {
      let window = DurationText.text(turn.settings.upWindow)
      return (.upWindow, "holding because more has to be needed for \(window) before workers come: \(work)")
    }
    if turn.refused != nil || demand.needed > wanted { return (.limited, limit(turn) + ": \(work)") }
    if let kind = demand.unserved.first {
      return (
        .unserved,
        "holding because no pool serves the kind '\(kind)' with workers of enough slots, which has work: \(work)"
      )
    }
    if let spared = turn.spared { return (spared.reason, tooMany(turn, spared.reason, spared.count) + ": \(work)") }
    let awaited = turn.censuses.reduce(0) { $0 + $1.awaited }
    if awaited > 0 {
      return (
        .pending,
        "holding because \(workers(awaited)) \(awaited == 1 ? "is" : "are") asked for and not there yet: \(work)"
      )
    }
    return (.steady, "as many workers as are needed: \(work)")
  }

  private static func limit(_ turn: AutoscaleTurn) -> String {
    let settings = turn.settings
    let ending = turn.censuses.reduce(0) { $0 + $1.ending }
    let there = turn.censuses.reduce(0) { $0 + max($1.wanted, $1.alive) + $1.ending }
    let wanted = turn.demand.workers.values.reduce(0, +)
    if wanted >= settings.maximum, there < settings.cap || ending == 0 {
      return "holding because \(workers(settings.maximum)) \(settings.maximum == 1 ? "is" : "are") the maximum"
    }
    if there >= settings.cap {
      return "holding because the hard cap of \(settings.cap) pods is reached, \(ending) of which still end"
    }
    if turn.refused != nil {
      return
        "holding because workers of other pools, which are not needed there now, fill the maximum of \(settings.maximum)"
    }
    return "holding because the pools that serve the work have as many workers as they may"
  }

  private static func tooMany(_ turn: AutoscaleTurn, _ reason: AutoscaleDecision.Reason, _ count: Int) -> String {
    let many = "\(workers(count)) \(count == 1 ? "is" : "are") too many"
    switch reason {
    case .cooldown:
      let since = turn.planner.lastChange.map { ago(turn.now - $0) } ?? ""
      return
        "holding because the numbers changed \(since) ago, and fewer come \(DurationText.text(turn.settings.downCooldown)) "
        + "after that at the earliest, though \(many)"
    case .busy: return "holding because \(many), and all that could go have tasks in hand"
    default:
      let window = DurationText.text(turn.settings.downWindow)
      guard turn.watched >= turn.settings.downWindow else {
        return "holding because the queue was watched for \(ago(turn.watched)) only, and workers go after \(window), "
          + "though \(many)"
      }
      return "holding because more were needed within the last \(window), though \(many) now"
    }
  }

  /// `120 tasks need 9 workers to be done in 10m`, and what is assumed.
  private static func work(_ turn: AutoscaleTurn) -> String {
    let demand = turn.demand
    guard demand.tasks > 0 else { return "there are no tasks" }
    let window = DurationText.text(turn.settings.drainWindow)
    var text =
      "\(demand.tasks) task\(demand.tasks == 1 ? " needs" : "s need") \(workers(demand.needed)) to be done in \(window)"
    if let kind = demand.assumed.first {
      let others = demand.assumed.count > 1 ? " and \(demand.assumed.count - 1) more kinds" : ""
      text +=
        ", if those of '\(kind)'\(others) take \(DurationText.text(turn.settings.assumedRunTime)) each, for none has ended yet"
    }
    return text
  }

  static func workers(_ count: Int) -> String { count == 1 ? "1 worker" : "\(count) workers" }

  /// Whole seconds.
  static func ago(_ age: Duration) -> String { DurationText.text(.seconds(max(age.components.seconds, 0))) }
}
