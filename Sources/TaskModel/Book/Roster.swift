import MusterCore

/// A worker as the queue sees it: what it serves, what it can hold, what it holds.
public struct RosterWorker: Sendable {
  public let name: String
  public var kinds: Set<String>
  /// All that it has.
  public var capacity: Needs
  /// Connected, and not draining.
  public var accepting: Bool
  /// The most attempts that it wants to hold beyond those that run.
  public var prefetchLimit: Int
  /// Kinds for which it is set aside: none, or one trial attempt at a time.
  public var setAside: [String: SetAsideRule]
  /// Tasks whose encoded message would be over the original protocol's limit are not for it.
  public var refusesOversize: Bool
  /// It has no heartbeats, so each of its attempts ends by itself after this long. Judged by stores that are shared only.
  public var lease: Duration?
  /// Sequence numbers of the tasks whose current attempt it holds.
  public internal(set) var held: Set<Int64> = []
  /// The sum of what they need; more than `capacity` while some are prefetched.
  public internal(set) var used = Needs(slots: 0)
  /// A task that waited so long for room that this worker takes nothing else until it fits.
  var reservedFor: Int64?
  var servedKinds: Set<KindIndex> = []
  var closedKinds: Set<KindIndex> = []
  var trialKinds: Set<KindIndex> = []

  public init(
    name: String, kinds: Set<String>, capacity: Needs, accepting: Bool = true, prefetchLimit: Int = 0,
    setAside: [String: SetAsideRule] = [:], refusesOversize: Bool = false, lease: Duration? = nil
  ) {
    self.name = name
    self.kinds = kinds
    self.capacity = capacity
    self.accepting = accepting
    self.prefetchLimit = prefetchLimit
    self.setAside = setAside
    self.refusesOversize = refusesOversize
    self.lease = lease
  }

  /// Slots in which nothing runs or waits to run.
  public var freeSlots: Int { max(0, Int(capacity.slots) - Int(used.slots)) }

  mutating func hold(_ task: Int64, _ needs: Needs) {
    held.insert(task)
    used = Needs(
      slots: used.slots &+ needs.slots, memory: used.memory &+ needs.memory, gpus: used.gpus &+ needs.gpus)
  }

  mutating func letGo(_ task: Int64, _ needs: Needs) {
    guard held.remove(task) != nil else { return }
    used = Needs(
      slots: used.slots &- needs.slots, memory: used.memory &- needs.memory, gpus: used.gpus &- needs.gpus)
  }

  /// Whether there is room for `needs` now, beside what it holds.
  func hasRoom(for needs: Needs) -> Bool {
    // Subtracting from what is there cannot overflow, whatever sizes a worker or a task claims to have.
    UInt32(used.slots) + UInt32(needs.slots) <= UInt32(capacity.slots)
      && (needs.memory == 0
        || used.memory <= capacity.memory && needs.memory <= capacity.memory - used.memory)
      && (needs.gpus == 0 || UInt32(used.gpus) + UInt32(needs.gpus) <= UInt32(capacity.gpus))
  }

  /// Whether it could hold such a task if it held nothing else.
  func isOpen(to kind: KindIndex, _ wanted: NeedsClass) -> Bool {
    servedKinds.contains(kind) && !closedKinds.contains(kind) && wanted.needs.fits(capacity)
      && !(wanted.oversize && refusesOversize)
  }

  /// Whether `needs` may be handed over ahead of time, to be started when something ends.
  func mayPrefetch(_ needs: Needs, budget: Int) -> Bool {
    budget > 0 && needs.fits(capacity)
      && Int(used.slots) + Int(needs.slots) <= Int(capacity.slots) + budget * Int(needs.slots)
      && Int(used.slots) + Int(needs.slots) <= Int(UInt16.max)
      && Int(used.gpus) + Int(needs.gpus) <= Int(UInt16.max)
      && !used.memory.addingReportingOverflow(needs.memory).overflow
  }
}

/// How a worker that is set aside for a kind is treated.
public enum SetAsideRule: Sendable, Hashable {
  case nothing
  /// One attempt; what becomes of it decides.
  case trial
}
