import MusterCore

extension TaskBook {
  /// Adds a worker, or changes what is known of it. What it holds stays.
  public mutating func enroll(_ worker: RosterWorker) {
    var next = worker
    // One that was read from this or another book may bring what it held there.
    next.held = []
    next.used = Needs(slots: 0)
    next.reservedFor = nil
    if let previous = workers[worker.name] {
      next.held = previous.held
      next.used = previous.used
      next.reservedFor = previous.reservedFor
    } else {
      // Attempts that were loaded from the store before their worker came back.
      for task in absent.removeValue(forKey: worker.name) ?? [] {
        if let entry = entries[task], let wanted = needs[entry.needs]?.needs { next.hold(task, wanted) }
      }
    }
    // Kinds of which there is no task yet join when the first comes: a worker's list must not fill the book.
    next.servedKinds = Set(worker.kinds.compactMap { kindIndices[$0] })
    workers[worker.name] = next
    applySetAside(of: worker.name)
  }

  /// Forgets a worker. What it still holds stays its own until it is lost or returned, or the worker enrolls again.
  public mutating func dismiss(worker name: String) {
    guard let worker = workers.removeValue(forKey: name), !worker.held.isEmpty else { return }
    absent[name, default: []].formUnion(worker.held)
  }

  public mutating func setAccepting(_ accepting: Bool, worker name: String) {
    workers[name]?.accepting = accepting
    if !accepting { workers[name]?.reservedFor = nil }
  }

  /// Sets a worker aside for a kind, gives it one trial, or (nil) takes it back.
  public mutating func setAside(worker name: String, kind: String, rule: SetAsideRule?) {
    workers[name]?.setAside[kind] = rule
    applySetAside(of: name)
  }

  /// Held attempts whose program has not started, oldest first, with the time since when they are held.
  public func unstarted(of name: String) -> [(task: Int64, token: Token, since: Moment)] {
    guard let worker = workers[name] else { return [] }
    return worker.held.compactMap { task in
      guard let entry = entries[task], !entry.life.started, let token = entry.life.token else { return nil }
      return (task, token, entry.since)
    }.sorted { ($0.since, $0.task) < ($1.since, $1.task) }
  }

  /// Prefetched attempts that another worker could start now and that have not started for `patience`: of each worker as
  /// many as it holds beyond its room, the last first, and of all no more than there are free slots.
  ///
  /// Meant for when nothing that an idle worker could take is queued.
  public func recallable(after patience: Duration, at now: Moment) -> [(worker: String, token: Token)] {
    let idle = workers.values.filter { $0.accepting && $0.freeSlots > 0 && $0.reservedFor == nil }
    var freeSlots = idle.reduce(0) { $0 + $1.freeSlots }
    guard freeSlots > 0 else { return [] }
    var recalled: [(worker: String, token: Token)] = []
    for name in workers.keys.sorted() {
      guard var busy = workers[name] else { continue }
      // The last that it got is the last that it will come to.
      var unstarted = busy.used.fits(busy.capacity) ? [] : unstarted(of: name)
      while freeSlots > 0, !busy.used.fits(busy.capacity), let attempt = unstarted.popLast() {
        guard now - attempt.since > patience, let entry = entries[attempt.task], let wanted = needs[entry.needs],
          // One that nobody else may have would only come back.
          idle.contains(where: {
            $0.name != name && $0.hasRoom(for: wanted.needs)
              && mayTake(entry.kind, wanted, exclusion: entry.exclusion, $0)
          })
        else { continue }
        busy.letGo(attempt.task, wanted.needs)
        freeSlots -= Int(wanted.needs.slots)
        recalled.append((name, attempt.token))
      }
    }
    return recalled
  }

  mutating func applySetAside(of name: String) {
    guard let rules = workers[name]?.setAside else { return }
    var closed: Set<KindIndex> = []
    var trial: Set<KindIndex> = []
    for (kind, rule) in rules {
      switch rule {
      case .nothing: if let index = kindIndices[kind] { closed.insert(index) }
      case .trial: if let index = kindIndices[kind] { trial.insert(index) }
      }
    }
    workers[name]?.closedKinds = closed
    workers[name]?.trialKinds = trial
  }
}

extension TaskBook {
  /// The tasks whose current attempt `name` holds, also if it is not on the roster.
  public func heldTasks(of name: String) -> [Int64] { Array(workers[name]?.held ?? absent[name] ?? []) }

  /// Everyone who holds an attempt.
  public func holders() -> Set<String> {
    Set(workers.values.lazy.filter { !$0.held.isEmpty }.map(\.name)).union(absent.keys)
  }
}
