import Foundation
import MusterCore
import PostgreSQL
import TaskModel

/// What concerns workers: hand-outs, ends, verdicts, and what people change.
///
/// Its book holds this coordinator's workers and the tasks that they hold, and for the time of a hand-out those that they
/// might get. Every task's state is in the tables, and every change of it is decided by ``TaskLife`` on a locked row.
final class Desk: WriterDesk, @unchecked Sendable {
  struct State {
    var book = TaskBook()
    /// Of the tasks in the book.
    var known: [Int64: Known] = [:]
    /// When each kind was last handed out, counted in hand-outs: kinds of one priority take turns.
    var turns: [String: UInt64] = [:]
    var turn: UInt64 = 0
    /// Workers whose attempts end by themselves, and after how long.
    var leases: [String: Duration] = [:]
    /// When it was last written down that these were heard, of workers without a session.
    var proversHeard: [String: Moment] = [:]
    var statistics = StoreStatistics()
  }

  /// So that an end need not look it up.
  struct Known {
    let id: String
    let lane: Int32
  }

  let coordinator: Int64
  let epoch: UInt64
  let time: any Timekeeper
  /// How long a session lives without being heard.
  let grace: Duration
  let outer: (any OuterTable)?
  let lanes: LaneTable
  /// The order of the outer table, which holds for all its kinds: whether its latest come first. Nil: each kind has its own.
  let latestFirst: Bool?
  var state = State()
  var signal = StoreSignal()
  var definitions: [String: KindDefinition] = [:]

  init(
    coordinator: Int64, epoch: UInt64, time: any Timekeeper, grace: Duration, outer: (any OuterTable)?,
    lanes: LaneTable, orderIsOuter latestFirst: Bool?
  ) {
    self.coordinator = coordinator
    self.epoch = epoch
    self.time = time
    self.grace = grace
    self.outer = outer
    self.lanes = lanes
    self.latestFirst = latestFirst
  }

  static func weight(_ item: Exchange) -> Int {
    item.ends.reduce(min(item.claimLimit, 64) + 1) { $0 + 1 + $1.result.size >> 14 }
  }

  func save() -> State { state }

  func restore(_ saved: State) {
    state = saved
    signal = StoreSignal()
  }

  var statistics: StoreStatistics { state.statistics }

  func takeSignal() -> StoreSignal {
    defer { signal = StoreSignal() }
    return signal
  }

  func prepare(_ items: [Exchange], _ db: PostgresSession) throws {}

  func process(_ items: [Exchange], _ db: PostgresSession) throws -> [ExchangeOutcome] {
    var outcomes = [ExchangeOutcome](repeating: ExchangeOutcome(), count: items.count)
    try start(items, db)
    try end(items, &outcomes, db)
    try claim(items, &outcomes, db)
    for (index, item) in items.enumerated() {
      outcomes[index].hasRoom = (state.book.workers[item.worker]?.freeSlots ?? 0) > 0
    }
    return outcomes
  }

  // MARK: Kinds

  func define(_ kinds: [KindDefinition]) {
    for old in definitions.values {
      state.book.define(kind: old.name, order: latestOrder(.oldest), backoff: Backoff(), hasVerifier: false)
    }
    definitions = Dictionary(kinds.map { ($0.name, $0) }, uniquingKeysWith: { $1 })
    for kind in kinds {
      state.book.define(
        kind: kind.name, order: latestOrder(kind.order), backoff: kind.backoff, hasVerifier: kind.verifier != nil)
    }
  }

  private func latestOrder(_ own: TaskOrder) -> TaskOrder { latestFirst.map { $0 ? .latest : .oldest } ?? own }

  func isLatestFirst(_ kind: String) -> Bool { latestFirst ?? (definitions[kind]?.order == .latest) }

  func hasVerifier(_ kind: String) -> Bool { definitions[kind]?.verifier != nil }

  func kind(ofLane lane: Int32) -> String { lanes.lane(lane)?.key.kind ?? "" }

  /// Lanes that another coordinator made.
  func learnLane(_ lane: Int32, _ db: PostgresSession) throws {
    if lanes.lane(lane) == nil { lanes.add(try db.rows(LaneTable.newer, [.int4(lanes.newest)])) }
  }

  // MARK: Starts

  /// That an attempt has started need not be written down if its result comes in the same transaction; for any other end it
  /// counts whether it has.
  private func start(_ items: [Exchange], _ db: PostgresSession) throws {
    var tokens: [Token] = []
    var workers: [String] = []
    var changes: [TaskBook.Change] = []
    for item in items where !item.started.isEmpty {
      let ending = Set(item.ends.lazy.filter { $0.end == .done }.map(\.token))
      for token in item.started {
        let isHere = state.book.worker(of: token.task) == item.worker
        if isHere { state.book.apply(.started(token), to: token.task, at: time.moment(), changes: &changes) }
        if !isHere || !ending.contains(token) {
          tokens.append(token)
          workers.append(item.worker)
        }
      }
    }
    if tokens.isEmpty { return }
    try db.change(
      """
      UPDATE live l SET started = true FROM unnest($1::int8[], $2::int8[], $3::int8[], $4::text[])
        AS u(seq, epoch, attempt, worker)
      WHERE l.seq = u.seq AND l.state + 0 = 2 AND l.epoch = u.epoch AND l.handouts & 1048575 = u.attempt
        AND l.worker = u.worker
      """,
      [
        .ints(tokens.map(\.task)), .ints(tokens.map { Int64(bitPattern: $0.epoch) }),
        .ints(tokens.map { Int64($0.attempt) }), .texts(workers),
      ])
  }
}
