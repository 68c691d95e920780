import MusterCore
import PostgreSQL
import Synchronization
import TaskModel

/// Sorts of tasks that are alike for every worker, by their numbers in the database.
///
/// Lanes and kinds are never changed and never deleted, so what is known here stays true.
final class LaneTable: Sendable {
  struct Key: Hashable, Sendable {
    var kind: String
    var priority: Int16
    var needs: Needs
    var oversize: Bool
  }

  struct Lane: Sendable {
    let id: Int32
    let kindID: Int32
    let key: Key
  }

  private struct State {
    var byKey: [Key: Lane] = [:]
    var byID: [Int32: Lane] = [:]
    /// Highest priority first.
    var ordered: [Lane] = []
    var kinds: Set<String> = []
    var newest: Int32 = 0
  }
  private let state = Mutex(State())

  /// The most lanes: each costs every hand-out a look, and needs come from outside.
  static let mostLanes = 65_535

  func lane(_ id: Int32) -> Lane? { state.withLock { $0.byID[id] } }

  func lane(_ key: Key) -> Lane? { state.withLock { $0.byKey[key] } }

  /// All that are known, highest priority first.
  var all: [Lane] { state.withLock { $0.ordered } }

  /// The highest number that is known. They come to be in the order of their numbers.
  var newest: Int32 { state.withLock { $0.newest } }

  var count: Int { state.withLock { $0.byID.count } }

  static let newer = """
    SELECT l.id, l.kind, k.name, l.priority, l.slots, l.memory, l.gpus, l.oversize FROM lane l JOIN kind k ON k.id = l.kind
    WHERE l.id > $1
    """

  private static func key(_ row: PostgresRow) -> Key {
    Key(
      kind: row.text(2), priority: Int16(truncatingIfNeeded: row.int(3)),
      needs: Needs(
        slots: UInt16(truncatingIfNeeded: row.int(4)), memory: UInt64(bitPattern: row.int(5)),
        gpus: UInt16(truncatingIfNeeded: row.int(6))), oversize: row.bool(7))
  }

  func add(_ rows: PostgresRows) {
    if rows.isEmpty { return }
    state.withLock { state in
      for row in rows {
        let key = Self.key(row)
        let lane = Lane(
          id: Int32(truncatingIfNeeded: row.int(0)), kindID: Int32(truncatingIfNeeded: row.int(1)), key: key)
        state.byKey[key] = lane
        state.byID[lane.id] = lane
        state.kinds.insert(key.kind)
        state.newest = max(state.newest, lane.id)
      }
      state.ordered = state.byID.values.sorted { ($1.key.priority, $0.id) < ($0.key.priority, $1.id) }
    }
  }

  /// Makes lanes that are missing. Outside a transaction: what a failed one takes back must not be remembered here.
  ///
  /// - Returns: false for keys for which there is no room.
  func make(_ keys: Set<Key>, _ db: PostgresSession) throws {
    let missing = state.withLock { state in keys.filter { state.byKey[$0] == nil } }
    if missing.isEmpty { return }
    add(try db.rows(Self.newer, [.int4(newest)]))
    if missing.allSatisfy({ lane($0) != nil }) { return }
    // One after the other over all coordinators: a lane that became visible after one with a higher number would be missed.
    // Sent as one request, all of it is one transaction.
    var statements = ["SELECT pg_advisory_xact_lock(hashtextextended(current_schema(), 7266))"]
    for key in missing where lane(key) == nil {
      let isNewKind = state.withLock { !$0.kinds.contains(key.kind) }
      if count >= Self.mostLanes || isNewKind && state.withLock({ $0.kinds.count }) >= TaskBook.mostKinds { continue }
      let kind = "'\(key.kind.replacing("'", with: "''"))'"
      statements.append("INSERT INTO kind (name) VALUES (\(kind)) ON CONFLICT (name) DO NOTHING")
      statements.append(
        """
        INSERT INTO lane (kind, priority, slots, memory, gpus, oversize)
        SELECT id, \(key.priority), \(key.needs.slots), \(Int64(bitPattern: key.needs.memory)), \(key.needs.gpus), \(key.oversize)
        FROM kind WHERE name = \(kind) ON CONFLICT DO NOTHING
        """)
    }
    if statements.count > 1 { try db.run(statements.joined(separator: ";\n")) }
    add(try db.rows(Self.newer, [.int4(newest)]))
  }
}
