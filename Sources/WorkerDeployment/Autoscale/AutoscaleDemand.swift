import MusterCore

/// Which pools do the work that is left, and with how many workers. A pure sum over kinds and pools.
///
/// Workers that are there are used first, in the pools' order of preference; only what they cannot do makes more, again in
/// that order. So work does not move from pool to pool because a better one has room, which would start and stop workers
/// for nothing.
struct AutoscaleDemand: Sendable {
  struct Room: Sendable {
    var pool: AutoscalePool
    /// Workers that are there or awaited.
    var base: Int
    /// The most that it may have.
    var limit: Int
  }

  /// Workers by pool, within minimum, maximum and each pool's limit.
  private(set) var workers: [String: Int] = [:]
  /// Over all pools, had they no limits.
  private(set) var needed = 0
  /// Tasks that are not done, of all kinds.
  private(set) var tasks = 0
  /// Kinds with work whose run time is assumed.
  private(set) var assumed: [String] = []
  /// Kinds with work that no pool serves, or whose tasks fit into no worker.
  private(set) var unserved: [String] = []

  /// - Parameter rooms: in order of preference.
  init(_ kinds: [QueueReport.Kind], in rooms: [Room], _ settings: AutoscaleSettings) {
    var lots = rooms.map { Lot(room: $0) }
    // Kinds that few pools serve choose first, or others would have taken their place.
    let withWork = kinds.filter { $0.queued > 0 || !$0.ages.isEmpty }.map { kind in
      (kind: kind, open: lots.indices.filter { lots[$0].fits(kind) })
    }.sorted { ($0.open.count, $0.kind.name) < ($1.open.count, $1.kind.name) }
    var needed = 0.0
    for (kind, open) in withWork {
      let count = Self.count(kind.queued) + kind.ages.count
      tasks += count
      guard let first = open.first else {
        unserved.append(kind.name)
        continue
      }
      if (kind.runTime?.count ?? 0) <= 0 { assumed.append(kind.name) }
      let runTime = DrainEstimate.runTime(
        measured: kind.runTime?.mean ?? .zero, count: kind.runTime?.count ?? 0, assumed: settings.assumedRunTime)
      // Nobody knows for how much longer those run, so each is taken to keep its slot: without this, a few long tasks take
      // all workers and short ones wait behind them.
      let overdue = min(kind.ages.count { $0 > runTime }, DrainEstimate.limit)
      var lanes =
        overdue + DrainEstimate.lanes(tasks: count - overdue, runTime: runTime, window: settings.drainWindow)
      needed += Double(lanes) * lots[first].share(of: kind)
      for index in open { lanes -= lots[index].use(lanes, kind) }
      for index in open where lanes > 0 {
        let total = lots.reduce(0) { $0 + max($1.there, 0) }
        lots[index].grow(for: lanes, kind, atMost: settings.maximum - total)
        lanes -= lots[index].use(lanes, kind)
      }
    }
    self.needed = Self.ceiling(needed)
    workers = Dictionary(uniqueKeysWithValues: lots.map { ($0.room.pool.name, min($0.taken, max($0.room.limit, 0))) })
    clamp(rooms, settings)
  }

  private mutating func clamp(_ rooms: [Room], _ settings: AutoscaleSettings) {
    var extra = settings.minimum - workers.values.reduce(0, +)
    // What is there already is the first to be kept.
    for (limit, room) in rooms.map({ (min($0.base, $0.limit), $0) }) + rooms.map({ ($0.limit, $0) }) where extra > 0 {
      let more = min(extra, max(limit - (workers[room.pool.name] ?? 0), 0))
      workers[room.pool.name, default: 0] += more
      extra -= more
    }
    var over = workers.values.reduce(0, +) - settings.maximum
    for room in rooms.reversed() where over > 0 {
      let less = min(over, workers[room.pool.name] ?? 0)
      workers[room.pool.name, default: 0] -= less
      over -= less
    }
  }

  /// What a stranger says that there is, in bounds in which sums do not overflow.
  private static func count(_ tasks: Int) -> Int { min(max(tasks, 0), 1 << 40) }

  fileprivate static func ceiling(_ workers: Double) -> Int {
    Int(min((workers - 1e-9).rounded(.up), Double(DrainEstimate.limit)))
  }
}

/// The part of a pool that is not given to a kind yet.
private struct Lot {
  let room: AutoscaleDemand.Room
  /// Workers that are there, and those that were added for want of them.
  var there: Int
  /// Workers that are given away, in parts.
  private var used = 0.0

  init(room: AutoscaleDemand.Room) {
    self.room = room
    there = room.base
  }

  func fits(_ kind: QueueReport.Kind) -> Bool { room.pool.serves(kind.name) && kind.slots <= room.pool.slots }

  /// Which part of a worker one task takes. Three slots of four are a whole worker, for the fourth does for nobody else of
  /// the kind.
  func share(of kind: QueueReport.Kind) -> Double {
    1 / Double(room.pool.slots / min(max(kind.slots, 1), room.pool.slots))
  }

  /// - Returns: how many of the lanes it takes.
  mutating func use(_ lanes: Int, _ kind: QueueReport.Kind) -> Int {
    let share = share(of: kind)
    let room = Int((max(Double(there) - used, 0) / share + 1e-9).rounded(.down))
    let taken = min(lanes, room)
    used += Double(taken) * share
    return taken
  }

  mutating func grow(for lanes: Int, _ kind: QueueReport.Kind, atMost most: Int) {
    let missing = Double(lanes) * share(of: kind) - max(Double(there) - used, 0)
    there += max(min(AutoscaleDemand.ceiling(missing), room.limit - there, most), 0)
  }

  /// Whole workers.
  var taken: Int { AutoscaleDemand.ceiling(used) }
}
