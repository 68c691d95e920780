import MusterCore

/// Decides how many workers there are to be, and which go: a struct without I/O and without a clock of its own.
///
/// It is told what was observed, with the time, and answers with a decision. What it remembers is what was needed in the
/// last while, and since when workers were seen idle or pending; a new one, as after a change of the leader, lets nobody go
/// before it has watched for the whole window.
///
/// It guarantees, as far as what it is told is true:
/// - No worker that has a task in hand goes. Those that go have none, and are told to drain first; what a coordinator has
///   given one in the moment between keeps it there.
/// - It sets no more replicas than each pool's maximum, the maximum, and the hard cap without the pods that still end.
/// - What is pending counts as there: it asks for a number, not for more.
/// - After workers were asked for, none of them goes within the window for fewer, nor within the cooldown; except those
///   that found no node for ``AutoscaleSettings/pendingPatience`` while another pool had room.
public struct AutoscalePlanner: Sendable {
  public let settings: AutoscaleSettings
  /// In order of preference.
  public let pools: [AutoscalePool]
  var needs: [String: AutoscaleHistory] = [:]
  /// Negated, so that the largest is the least that was needed.
  var spares: [String: AutoscaleHistory] = [:]
  /// Since when there was no gap in what was observed.
  var watchedSince: Moment?
  var lastLook: Moment?
  var lastChange: Moment?
  var idleSince: [String: Moment] = [:]
  var pendingSince: [String: Moment] = [:]
  /// Pools that found no nodes, and when they are tried again.
  var fullUntil: [String: Moment] = [:]

  /// - Parameter pools: in order of preference.
  /// - Throws: ``WorkerDeploymentError`` (`badValue`), see ``AutoscaleSettings/checked(with:)``.
  public init(_ settings: AutoscaleSettings, pools: [AutoscalePool]) throws(WorkerDeploymentError) {
    try settings.checked(with: pools)
    self.settings = settings
    self.pools = pools
  }

  /// Nothing could be read: nothing is done.
  ///
  /// - Parameter problem: as a part of a sentence: `the coordinator does not answer`.
  public func hold(_ problem: String) -> AutoscaleDecision {
    AutoscaleDecision(reason: .blind, why: "holding because \(problem)")
  }

  public mutating func plan(_ seen: AutoscaleObservation) -> AutoscaleDecision {
    if let stale = stale(seen) { return stale }
    let now = seen.at
    if let lastLook, now - lastLook > settings.stalePatience { forget() }
    lastLook = now
    watchedSince = watchedSince ?? now
    let censuses = pools.compactMap { pool in seen.pools[pool.name].map { PoolCensus(pool, $0, seen.queue) } }
    remember(censuses, now)
    let shut = shutPools(censuses, now)
    let rooms = censuses.map { census in
      let isShut = shut.contains(census.pool.name)
      let base = census.wanted - (isShut ? census.awaited : 0)
      return AutoscaleDemand.Room(pool: census.pool, base: base, limit: isShut ? base : census.pool.maximum)
    }
    let demand = AutoscaleDemand(seen.queue.kinds, in: rooms, settings)
    for room in rooms {
      let wanted = demand.workers[room.pool.name] ?? 0
      needs[room.pool.name, default: AutoscaleHistory(window: settings.downWindow)].add(wanted, at: now)
      spares[room.pool.name, default: AutoscaleHistory(window: settings.upWindow)].add(-wanted, at: now)
    }
    var turn = AutoscaleTurn(
      planner: self, demand: demand, censuses: censuses, rooms: rooms, now: now)
    let decision = turn.decide()
    if turn.changesNumbers { lastChange = now }
    return decision
  }

  private func stale(_ seen: AutoscaleObservation) -> AutoscaleDecision? {
    let (queueAge, poolsAge) = (seen.at - seen.queueAsOf, seen.at - seen.poolsAsOf)
    let limit = DurationText.text(settings.stalePatience)
    if queueAge > settings.stalePatience {
      return hold("the coordinator was last heard of \(AutoscaleWords.ago(queueAge)) ago, and \(limit) is the limit")
    }
    if poolsAge > settings.stalePatience {
      return hold("the cluster was last heard of \(AutoscaleWords.ago(poolsAge)) ago, and \(limit) is the limit")
    }
    if censusIsEmpty(seen) { return hold("there is no deployment to scale; deploy the workers first") }
    return nil
  }

  private func censusIsEmpty(_ seen: AutoscaleObservation) -> Bool { !pools.contains { seen.pools[$0.name] != nil } }

  /// After a gap nobody knows what was needed in it, nor who was idle.
  private mutating func forget() {
    needs = [:]
    spares = [:]
    watchedSince = nil
    idleSince = [:]
  }

  private mutating func remember(_ censuses: [PoolCensus], _ now: Moment) {
    func since(_ names: [String], _ known: [String: Moment]) -> [String: Moment] {
      Dictionary(names.map { ($0, known[$0] ?? now) }, uniquingKeysWith: { first, _ in first })
    }
    idleSince = since(censuses.flatMap(\.idle), idleSince)
    // Pods that nobody has made yet have no names; all of a pool share one that no pod can have.
    pendingSince = since(
      censuses.flatMap { $0.pending + ($0.missing > 0 ? ["\($0.pool.name)/"] : []) }, pendingSince)
  }

  /// Pools that found no node for their workers, while another one has room for them.
  private mutating func shutPools(_ censuses: [PoolCensus], _ now: Moment) -> Set<String> {
    fullUntil = fullUntil.filter { $0.value > now }
    for census in censuses where fullUntil[census.pool.name] == nil {
      let names = census.pending + (census.missing > 0 ? ["\(census.pool.name)/"] : [])
      guard names.contains(where: { now - (pendingSince[$0] ?? now) > settings.pendingPatience }) else { continue }
      let hasOther = censuses.contains { other in
        other.pool.name != census.pool.name && fullUntil[other.pool.name] == nil && other.awaited == 0
          && other.wanted < other.pool.maximum && other.pool.overlaps(census.pool)
      }
      if hasOther { fullUntil[census.pool.name] = now + settings.pendingRetry }
    }
    return Set(fullUntil.keys)
  }
}

extension AutoscalePool {
  func overlaps(_ other: AutoscalePool) -> Bool {
    guard let kinds, let theirs = other.kinds else { return true }
    return !kinds.isDisjoint(with: theirs)
  }
}
