import HeapModule
import MusterCore

/// Every task that is not final, and the workers that may take them: what is handed to whom, and what follows from what.
///
/// A struct without I/O: a store calls it inside its transaction and writes down the ``Change``s that it returns.
/// It knows tasks by their sequence number only; ids, inputs and results stay in the store, so that a million queued tasks
/// take little memory. Time comes in as an argument.
public struct TaskBook: Sendable {
  struct Entry {
    var life: TaskLife
    let kind: KindIndex
    let priority: Int16
    let needs: UInt16
    /// Interned set of workers that failed it.
    var exclusion: UInt16
    /// Dependencies that are not done yet.
    var unmet: UInt32 = 0
    /// Who holds the current attempt.
    var worker: String?
    /// While waiting for a backoff: when it ends.
    var notBefore: Moment?
    /// When it came into its state.
    var since: Moment
    /// Milliseconds since 1970; ``noDeadline`` for none.
    let deadline: Int64
    /// Its place in its kind's order.
    let rank: Int64

    static let noDeadline = Int64.max

    /// Whether the task is queued in this lane. A lane's heap may hold tasks that left it, and one more than once.
    ///
    /// Everything that makes the lane is compared, because the indices of needs and exclusions are used again.
    func stands(needs: NeedsIndex, exclusion: ExclusionIndex, kind: KindIndex, priority: Int16) -> Bool {
      life.state == .queued && self.needs == needs && self.exclusion == exclusion && self.kind == kind
        && self.priority == priority
    }
  }

  struct KindEntry {
    let name: String
    var order: TaskOrder = .oldest
    var backoff = Backoff()
    var hasVerifier = false
    var runTimes = RunTimes()
    /// Live tasks by the raw value of their state.
    var counts = [Int](repeating: 0, count: TaskState.allCases.count)
  }

  struct Timer: Comparable {
    let at: Int64
    let task: Int64
    static func < (a: Timer, b: Timer) -> Bool { (a.at, a.task) < (b.at, b.task) }
  }

  var entries: [Int64: Entry] = [:]
  var kinds: [KindEntry] = []
  var kindIndices: [String: KindIndex] = [:]
  var needs = Interner<NeedsClass>()
  var exclusions = Interner<Set<String>>()
  var queue = ReadyQueue()
  public internal(set) var workers: [String: RosterWorker] = [:]
  var backoffs = Heap<Timer>()
  var deadlines = Heap<Timer>()
  /// Live tasks that have a deadline.
  var liveDeadlines = 0
  /// By the task that they wait for. May name one that has ended meanwhile, or ended and was added again.
  var dependents: [Int64: Set<Int64>] = [:]
  /// What is held by workers that are not on the roster.
  var absent: [String: Set<Int64>] = [:]
  /// Heads of lanes that had to let smaller tasks pass, since when.
  var passedOver: [Int64: Moment] = [:]

  /// After this long, a task that smaller ones passed over reserves the first worker that can hold it.
  static let patience: Duration = .seconds(60)

  public init() {
    // Held for good: index 0 is the empty set.
    _ = exclusions.hold([])
  }

  public var liveCount: Int { entries.count }

  /// The life of a task that is not final; nil for others.
  public func life(of task: Int64) -> TaskLife? { entries[task]?.life }

  /// Who holds the task's current attempt.
  public func worker(of task: Int64) -> String? { entries[task]?.worker }

  // MARK: Kinds

  /// Makes a kind known, or changes how it is treated from now on.
  ///
  /// - Returns: false, and nothing is changed, if it would be one kind more than ``mostKinds``.
  @discardableResult
  public mutating func define(kind name: String, order: TaskOrder, backoff: Backoff, hasVerifier: Bool) -> Bool {
    guard kindIndices[name] != nil || kinds.count < TaskBook.mostKinds else { return false }
    let index = index(ofKind: name)
    let reorder = kinds[Int(index)].order != order
    kinds[Int(index)].order = order
    kinds[Int(index)].backoff = backoff
    kinds[Int(index)].hasVerifier = hasVerifier
    guard reorder else { return true }
    queue.empty(kind: index)
    for (task, entry) in entries where entry.kind == index && entry.life.state == .queued {
      insertIntoQueue(task, entry)
    }
    return true
  }

  /// How many tasks of each kind are queued; kinds without any are left out.
  public var queuedByKind: [String: Int] {
    var counts: [String: Int] = [:]
    for kind in kinds where kind.counts[Int(TaskState.queued.rawValue)] > 0 {
      counts[kind.name] = kind.counts[Int(TaskState.queued.rawValue)]
    }
    return counts
  }

  /// Live tasks by kind and state.
  public func counts() -> [(kind: String, state: TaskState, count: Int)] {
    kinds.flatMap { kind in
      TaskState.allCases.compactMap { state in
        let count = kind.counts[Int(state.rawValue)]
        return count > 0 ? (kind.name, state, count) : nil
      }
    }
  }

  /// The median run time of the kind's latest attempts.
  public func medianRunTime(ofKind name: String) -> Duration? {
    kindIndices[name].flatMap { kinds[Int($0)].runTimes.median }.map { .nanoseconds(Int64($0)) }
  }

  public mutating func recordRunTime(kind name: String, nanoseconds: UInt64) {
    guard let index = kindIndices[name] else { return }
    kinds[Int(index)].runTimes.record(nanoseconds: nanoseconds)
  }

  mutating func index(ofKind name: String) -> KindIndex {
    if let index = kindIndices[name] { return index }
    let index = KindIndex(kinds.count)
    kinds.append(KindEntry(name: name))
    kindIndices[name] = index
    for (workerName, worker) in workers {
      if worker.kinds.contains(name) { workers[workerName]?.servedKinds.insert(index) }
      if worker.setAside[name] != nil { applySetAside(of: workerName) }
    }
    return index
  }

  // MARK: Adding

  /// A task that the store holds and that is not final.
  public struct NewEntry: Sendable {
    public var task: Int64
    public var kind: String
    public var priority: Int16
    public var needs: Needs
    public var oversize: Bool
    public var life: TaskLife
    /// Tasks that it waits for; only those that are not done.
    public var unmetDependencies: [Int64]
    public var notBefore: Moment?
    public var deadline: Timestamp?
    public var failedOn: Set<String>
    public var worker: String?
    /// Its place in its kind's order. Nil: its sequence number.
    public var rank: Int64?

    public init(
      task: Int64, kind: String, priority: Int16 = 0, needs: Needs = Needs(), oversize: Bool = false, life: TaskLife,
      unmetDependencies: [Int64] = [], notBefore: Moment? = nil, deadline: Timestamp? = nil,
      failedOn: Set<String> = [], worker: String? = nil, rank: Int64? = nil
    ) {
      self.task = task
      self.kind = kind
      self.priority = priority
      self.needs = needs
      self.oversize = oversize
      self.life = life
      self.unmetDependencies = unmetDependencies
      self.notBefore = notBefore
      self.deadline = deadline
      self.failedOn = failedOn
      self.worker = worker
      self.rank = rank
    }
  }

  /// The most kinds that a book holds: names come from outside, and each costs memory for good.
  public static let mostKinds = 4096

  /// - Returns: false if the book cannot hold another kind or sort of needs (65,535 at a time), if it holds a task of
  ///   this number already, or if the task is final.
  public mutating func add(_ new: NewEntry, at now: Moment) -> Bool {
    guard entries[new.task] == nil, !new.life.state.isFinal,
      kindIndices[new.kind] != nil || kinds.count < TaskBook.mostKinds,
      let needsIndex = needs.hold(NeedsClass(needs: new.needs, oversize: new.oversize))
    else { return false }
    let kind = index(ofKind: new.kind)
    let unmet = Set(new.unmetDependencies)
    let waits = new.life.state == .waiting
    let entry = Entry(
      life: new.life, kind: kind, priority: new.priority, needs: needsIndex,
      // Without an index left the task merely loses the memory of who failed it.
      exclusion: exclusions.hold(new.failedOn) ?? exclusions.hold([]) ?? 0,
      unmet: UInt32(clamping: unmet.count), worker: new.worker,
      // One that waits for nothing is released at the next tick, and not forgotten.
      notBefore: waits ? new.notBefore ?? (unmet.isEmpty ? now : nil) : nil, since: now,
      deadline: new.deadline?.milliseconds ?? Entry.noDeadline, rank: new.rank ?? new.task)
    for dependency in unmet { dependents[dependency, default: []].insert(new.task) }
    entries[new.task] = entry
    kinds[Int(kind)].counts[Int(new.life.state.rawValue)] += 1
    if let deadline = new.deadline {
      deadlines.insert(Timer(at: deadline.milliseconds, task: new.task))
      liveDeadlines += 1
    }
    switch new.life.state {
    case .queued: insertIntoQueue(new.task, entry)
    case .waiting:
      if let notBefore = entry.notBefore { backoffs.insert(Timer(at: notBefore.nanoseconds, task: new.task)) }
    case .running:
      guard let holder = new.worker else { break }
      if workers[holder] == nil {
        absent[holder, default: []].insert(new.task)
      } else {
        workers[holder]?.hold(new.task, new.needs)
      }
    default: break
    }
    return true
  }

  mutating func insertIntoQueue(_ task: Int64, _ entry: Entry) {
    queue.insert(
      task, rank: entry.rank, kind: entry.kind, priority: entry.priority, needs: entry.needs,
      exclusion: entry.exclusion, latestFirst: kinds[Int(entry.kind)].order == .latest)
  }
}

extension TaskBook {
  /// Whether ``add(_:at:)`` would have no room for a task of this kind and these needs.
  public func cannotHold(kind: String, needs wanted: Needs, oversize: Bool) -> Bool {
    (kindIndices[kind] == nil && kinds.count >= TaskBook.mostKinds)
      || needs.isFull(for: NeedsClass(needs: wanted, oversize: oversize))
  }

  /// Whether results of the kind are to be verified.
  public func hasVerifier(kind: String) -> Bool { kindIndices[kind].map { kinds[Int($0)].hasVerifier } ?? false }

  /// The live tasks that wait for `task`.
  public func dependents(of task: Int64) -> [Int64] {
    (dependents[task] ?? []).filter { entries[$0]?.life.state == .waiting }.sorted()
  }

  /// The kind of a live task.
  public func kind(of task: Int64) -> String? { entries[task].map { kinds[Int($0.kind)].name } }
}
