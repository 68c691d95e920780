import MusterCore

extension TaskBook {
  /// Adds a worker, or changes what is known of it. What it holds stays.
  public mutating func enroll(_ worker: RosterWorker) {
    var next = worker
    if let previous = workers[worker.name] {
      next.held = previous.held
      next.used = previous.used
      next.reservedFor = previous.reservedFor
    } else {
      // Attempts that were loaded from the store before their worker came back.
      for (task, entry) in entries where entry.worker == worker.name && entry.life.state == .running {
        if let wanted = needs[entry.needs]?.needs { next.hold(task, wanted) }
      }
    }
    next.servedKinds = Set(worker.kinds.map { index(ofKind: $0) })
    workers[worker.name] = next
    applySetAside(of: worker.name)
  }

  /// Forgets a worker. What it still holds must have been lost or returned before.
  public mutating func dismiss(worker name: String) { workers[name] = nil }

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
    }.sorted { $0.since < $1.since }
  }

  private mutating func applySetAside(of name: String) {
    guard let rules = workers[name]?.setAside else { return }
    var closed: Set<KindIndex> = []
    var trial: Set<KindIndex> = []
    for (kind, rule) in rules {
      switch rule {
      case .nothing: closed.insert(index(ofKind: kind))
      case .trial: trial.insert(index(ofKind: kind))
      }
    }
    workers[name]?.closedKinds = closed
    workers[name]?.trialKinds = trial
  }
}

extension TaskBook {
  /// The tasks whose current attempt `name` holds, also if it is not on the roster. Walks over all live tasks.
  public func heldTasks(of name: String) -> [Int64] {
    entries.compactMap { $0.value.life.state == .running && $0.value.worker == name ? $0.key : nil }
  }

  /// Everyone who holds an attempt. Walks over all live tasks.
  public func holders() -> Set<String> {
    Set(entries.values.compactMap { $0.life.state == .running ? $0.worker : nil })
  }
}
