import MusterCore

/// One decision in the making: what is needed, held against what is there.
struct AutoscaleTurn {
  let planner: AutoscalePlanner
  let demand: AutoscaleDemand
  let censuses: [PoolCensus]
  /// One a census, in the same order.
  let rooms: [AutoscaleDemand.Room]
  let now: Moment
  /// Why fewer are not had though fewer would do, and how many.
  private(set) var spared: (reason: AutoscaleDecision.Reason, count: Int)?
  /// Workers that are needed and that windows or limits do not let come.
  private(set) var refused: (reason: AutoscaleDecision.Reason, count: Int)?
  /// Replicas are set.
  private(set) var changesNumbers = false

  init(
    planner: AutoscalePlanner, demand: AutoscaleDemand, censuses: [PoolCensus], rooms: [AutoscaleDemand.Room],
    now: Moment
  ) {
    self.planner = planner
    self.demand = demand
    self.censuses = censuses
    self.rooms = rooms
    self.now = now
  }

  var settings: AutoscaleSettings { planner.settings }

  mutating func decide() -> AutoscaleDecision {
    var parts: [String: AutoscaleDecision.Pool] = [:]
    var wishes: [String: Int] = [:]
    for (census, room) in zip(censuses, rooms) {
      var part = AutoscaleDecision.Pool(wanted: census.wanted)
      wishes[census.pool.name] = max(riseNow(room) - room.base, 0)
      // Pods for which a pool has no nodes, while another one has: they never ran, and go at once.
      cancel(census.wanted - room.base, census, &part)
      lower(census, room, &part)
      part.unmark = census.strayMarks.filter { !part.withdraw.contains($0) && !part.release.contains($0) }
      part.desired = max(part.desired, 0)
      parts[census.pool.name] = part
    }
    grow(&parts, wishes)
    changesNumbers = parts.values.contains { $0.desired != $0.wanted }
    let words = AutoscaleWords(turn: self, parts: parts)
    return AutoscaleDecision(pools: parts, needed: demand.needed, reason: words.reason, why: words.sentence)
  }

  /// How many are wanted at once, the window for more considered.
  private mutating func riseNow(_ room: AutoscaleDemand.Room) -> Int {
    let raw = demand.workers[room.pool.name] ?? 0
    guard settings.upWindow > .zero, raw > room.base else { return raw }
    let least = watched >= settings.upWindow ? -(planner.spares[room.pool.name]?.largest ?? 0) : room.base
    let rise = max(min(raw, least), min(raw, room.base))
    if rise < raw { refuse(.upWindow, raw - rise) }
    return rise
  }

  private mutating func lower(_ census: PoolCensus, _ room: AutoscaleDemand.Room, _ part: inout AutoscaleDecision.Pool)
  {
    let name = census.pool.name
    let raw = demand.workers[name] ?? 0
    guard raw < room.base else { return }
    // What is over the pool's maximum does not wait for the window: nobody may need it.
    let kept = max(raw, min(watched >= settings.downWindow ? largest(name) : room.base, room.limit))
    guard kept < room.base else { return spare(.downWindow, room.base - raw) }
    if let last = planner.lastChange, now - last < settings.downCooldown { return spare(.cooldown, room.base - kept) }
    var surplus = room.base - kept
    if room.base == census.wanted { surplus -= cancel(min(surplus, census.awaited), census, &part) }
    let longest = census.idle.sorted {
      (planner.idleSince[$0] ?? now, $0) < (planner.idleSince[$1] ?? now, $1)
    }.prefix(surplus)
    part.release = Array(longest)
    part.desired -= longest.count
    if longest.count < surplus { spare(.busy, surplus - longest.count) }
  }

  /// Takes back requests for workers: first those for which there is no pod, then the youngest pods.
  @discardableResult
  private func cancel(_ count: Int, _ census: PoolCensus, _ part: inout AutoscaleDecision.Pool) -> Int {
    guard count > 0 else { return 0 }
    let youngest = census.pending.sorted {
      (planner.pendingSince[$0] ?? now, $0) > (planner.pendingSince[$1] ?? now, $1)
    }.prefix(max(count - census.missing, 0))
    part.withdraw += youngest
    let taken = min(count, census.missing) + youngest.count
    part.desired -= taken
    return taken
  }

  private mutating func grow(_ parts: inout [String: AutoscaleDecision.Pool], _ wishes: [String: Int]) {
    let wished = wishes.values.reduce(0, +)
    // What goes now is still there for a while, and costs as much.
    let there = censuses.reduce(0) { $0 + max($1.wanted, $1.alive) + $1.ending }
    let desired = parts.values.reduce(0) { $0 + $1.desired }
    var space = max(min(settings.maximum - desired, settings.cap - there), 0)
    for census in censuses {
      let name = census.pool.name
      guard let wish = wishes[name], var part = parts[name] else { continue }
      let more = max(min(wish, space, census.pool.maximum - part.desired), 0)
      part.desired += more
      space -= more
      parts[name] = part
    }
    let grown = parts.values.reduce(0) { $0 + max($1.desired - $1.wanted, 0) }
    if grown < wished { refuse(.limited, wished - grown) }
  }

  // MARK: What is remembered

  var watched: Duration { planner.watchedSince.map { now - $0 } ?? .zero }

  private func largest(_ pool: String) -> Int { planner.needs[pool]?.largest ?? 0 }

  private mutating func spare(_ reason: AutoscaleDecision.Reason, _ count: Int) {
    spared = (spared?.reason ?? reason, (spared?.count ?? 0) + count)
  }

  private mutating func refuse(_ reason: AutoscaleDecision.Reason, _ count: Int) {
    refused = (refused?.reason ?? reason, (refused?.count ?? 0) + count)
  }
}
