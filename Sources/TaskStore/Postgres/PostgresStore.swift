import Foundation
import Logging
import MusterCore
import PostgreSQL
import Synchronization
import TaskModel

/// A store in PostgreSQL, over which several coordinators may work at once.
///
/// All state is in the database; a coordinator has in memory only what its own workers hold. Two connections write, each
/// with group commit: one for what concerns workers, one for what is submitted; a third does the periodic duties. Only
/// the database's clock judges sessions, leases, backoffs and deadlines.
///
/// A connection that is cut in the middle of a commit leaves its outcome open: the transaction's mark is looked for
/// once the database is back, and nobody is answered before.
public final class PostgresStore: TaskStore {
  public struct Options: Sendable {
    /// The schema in which Muster's own tables stand.
    public var schema: String
    /// Where other coordinators' people and workers find this one; shown to them.
    public var address: String
    /// This program's version, shown beside the address.
    public var build: String
    /// How often workers are heard; 3 missed ones end a session.
    public var heartbeat: Duration
    /// Whose table the tasks are taken from.
    public var outer: Outer
    /// The largest encoded task for clients of the original protocol, in bytes.
    public var compatMaxMessage: Int
    /// The largest input that is taken from an outer table, in bytes.
    public var maxInput: Int
    /// The shortest time between two rounds of duties.
    public var pace: Duration
    /// For tests: the time that the database goes by.
    var clock: TestClock?

    public enum Outer: Sendable, Hashable {
      case none
      /// The prover cluster's `task` table, in this order of its blocks.
      case proverCluster(latestFirst: Bool)
    }

    public init(
      schema: String = "muster", address: String = "", build: String = "", heartbeat: Duration = .seconds(5),
      outer: Outer = .none,
      compatMaxMessage: Int = 4 << 20,
      maxInput: Int = 16 << 20, pace: Duration = .milliseconds(200)
    ) {
      self.schema = schema
      self.address = address
      self.build = build
      self.heartbeat = heartbeat
      self.outer = outer
      self.compatMaxMessage = compatMaxMessage
      self.maxInput = maxInput
      self.pace = pace
    }
  }

  /// This coordinator's number among those over the database, drawn at random at every start.
  let number: Int64
  public let id: String
  let time: any Timekeeper
  let schema: String
  let options: Options
  let logger: Logger
  let desk: PostgresWriter<Desk>
  let intake: PostgresWriter<IntakeDesk>
  let duty: Duty
  let readers: ReaderPool
  let health: StoreHealth
  let signals: SignalBox
  private let listener: Mutex<PostgresListener?>
  private let target: PostgresTarget
  private struct Kinds {
    var definitions: [String: KindDefinition] = [:]
    var keep: Duration = .seconds(7 * 86_400)
  }
  private let kinds = Mutex(Kinds())
  /// Nil without an outer table.
  let outer: (any OuterTable)?

  public var summary: String { "PostgreSQL at \(target.redacted)" }
  public var outage: String? { health.sentence(at: time.moment()) }
  public var sharing: (any SharedStore)? { self }

  /// Connects, and makes or brings up to date the tables.
  ///
  /// - Throws: ``StoreError``: not reachable (`unavailable`), made by a later version, no right to make tables, an outer
  ///   table that is missing or has another shape.
  public static func open(
    _ target: PostgresTarget, options: Options = Options(), time: any Timekeeper = SystemTime(), logger: Logger
  ) async throws -> PostgresStore {
    do {
      let connection = try await PostgresConnection.open(target, name: "muster coordinator")
      let outer: (any OuterTable)?
      let id: String
      do {
        (outer, id) = try await connection.perform { db in
          let outer: (any OuterTable)?
          switch options.outer {
          case .none: outer = nil
          case .proverCluster(let latestFirst):
            outer = try ProverClusterTable.locate(
              db, schema: options.schema, latestFirst: latestFirst, maxInput: options.maxInput)
          }
          try PostgresSchema.prepare(db, schema: options.schema, build: options.build)
          if options.clock != nil { try TestClock.install(db) }
          return (outer, try PostgresSchema.id(db))
        }
      } catch {
        await connection.close()
        throw error
      }
      await connection.close()
      let store = PostgresStore(target, id: id, outer: outer, options: options, time: time, logger: logger)
      try await store.begin()
      return store
    } catch {
      throw StoreError.from(postgres: error, summary: "PostgreSQL at \(target.redacted)")
    }
  }

  private init(
    _ target: PostgresTarget, id: String, outer: (any OuterTable)?, options: Options, time: any Timekeeper,
    logger: Logger
  ) {
    self.id = id
    number = Int64.random(in: 1...Int64.max)
    let number = self.number
    self.target = target
    self.outer = outer
    self.options = options
    self.time = time
    self.logger = logger
    schema = options.schema
    let health = StoreHealth(time: time, logger: logger)
    let signals = SignalBox()
    self.health = health
    self.signals = signals
    let way = ConnectionWay(target: target, schema: options.schema, health: health, clock: options.clock)
    let latestFirst = options.outer == .proverCluster(latestFirst: true)
    let grace = options.heartbeat * SessionLedger.missedHeartbeats
    let table = LaneTable()
    desk = PostgresWriter(
      Desk(
        coordinator: number, epoch: UInt64.random(in: 1...UInt64.max), time: time, grace: grace, outer: outer,
        lanes: table, orderIsOuter: options.outer == .none ? nil : latestFirst),
      name: "workers", way: way, time: time, logger: logger, signals: signals)
    intake = PostgresWriter(
      IntakeDesk(lanes: table), name: "submissions", way: way, time: time, logger: logger, signals: signals)
    duty = Duty(way: way, options: options, number: number, time: time, logger: logger)
    readers = ReaderPool(way: way, limit: 4)
    listener = Mutex(nil)
  }

  private func begin() async throws {
    try await duty.announce()
    // A test that owns the time owns the order of things too.
    if options.clock != nil { return }
    signals.others = { [weak self] signal in self?.tellOthers(signal) }
    let news = PostgresListener(
      target: target, channel: schema, name: "muster news", onConnect: { [weak self] in self?.heardNews() },
      onNotify: { [weak self] in self?.heardNews() })
    listener.withLock { $0 = news }
  }

  // MARK: News between coordinators

  /// Something was queued, or an errand posted, by another coordinator.
  private func heardNews() { duty.noteNews() }

  private func tellOthers(_ signal: StoreSignal) {
    if !signal.ready.isEmpty || !signal.stops.isEmpty { duty.wantsToTell() }
  }

  public func setSignalHandler(_ handler: @escaping @Sendable (StoreSignal) -> Void) { signals.setHandler(handler) }

  // MARK: Shared by the extensions

  /// The coordinator's own word on a kind.
  func definition(of kind: String) -> KindDefinition? { kinds.withLock { $0.definitions[kind] } }

  /// The same for a circuit: names match whatever the case of their letters.
  func definition(ofCircuit circuit: String) -> KindDefinition? {
    kinds.withLock { kinds in
      kinds.definitions[circuit] ?? kinds.definitions.values.first { $0.name.lowercased() == circuit.lowercased() }
    }
  }

  func remember(_ definitions: [KindDefinition], keep: Duration) {
    kinds.withLock { kinds in
      kinds.definitions = Dictionary(definitions.map { ($0.name, $0) }, uniquingKeysWith: { $1 })
      kinds.keep = keep
    }
  }

  /// How long final tasks stay: of the kinds that say so, and of all others.
  var keeping: (kinds: [(kind: String, keep: Duration)], others: Duration) {
    kinds.withLock { kinds in (kinds.definitions.values.map { ($0.name, $0.keep) }, kinds.keep) }
  }

  /// Runs `body` on one of the reading connections.
  func read<R: Sendable>(_ body: @escaping @Sendable (PostgresSession) throws -> R) async throws -> R {
    do {
      return try await readers.perform(body)
    } catch {
      throw StoreError.from(postgres: error, summary: summary)
    }
  }

  /// Runs `body` at the desk of what concerns workers, in its next transaction.
  func perform<R: Sendable>(
    _ body: @escaping @Sendable (Desk, PostgresSession) throws -> R
  ) async throws -> R {
    do {
      return try await desk.perform(body)
    } catch {
      throw StoreError.from(postgres: error, summary: summary)
    }
  }

  func performAtIntake<R: Sendable>(
    _ body: @escaping @Sendable (IntakeDesk, PostgresSession) throws -> R
  ) async throws -> R {
    do {
      return try await intake.perform(body)
    } catch {
      throw StoreError.from(postgres: error, summary: summary)
    }
  }

  public func close() async {
    let news = listener.withLock { listener in
      defer { listener = nil }
      return listener
    }
    await news?.close()
    await intake.close()
    await desk.close()
    await duty.close()
    await readers.close()
  }
}
