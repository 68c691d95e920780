import Logging
import MusterCore
import Synchronization
import TaskModel
import TaskStore

/// What the parts of one coordinator share.
final class CoordinatorContext: Sendable {
  let configuration: CoordinatorConfiguration
  let store: any TaskStore
  let time: any Timekeeper
  let logger: Logger
  let hungry = HungrySessions()
  let followers = Followers()
  let transfers: TransferBudget
  let conduct: Conduct
  let registry: SessionRegistry
  /// A shared store says that some sessions may not be here any more: to be looked at now.
  let sessionsAreInDoubt = SharedFlag()
  let started: Timestamp
  let refusals: RefusalCounts
  let slowReaders: SlowReaders
  let allowances: Allowances
  let audit: AuditLog
  let runTimes: LatestRunTimes
  let doors = Doors()
  let bearers = BearerMemory()
  let ledger: SharedLedger
  /// Nil where no listener speaks TLS.
  let office: TrustOffice?
  private let kindTable: Mutex<[String: KindDefinition]>

  init(configuration: CoordinatorConfiguration, store: any TaskStore, time: any Timekeeper, logger: Logger) {
    self.configuration = configuration
    self.store = store
    self.time = time
    self.logger = logger
    conduct = Conduct(store: store, time: time, logger: logger)
    registry = SessionRegistry(heartbeat: configuration.heartbeat, time: time, isShared: store.sharing != nil)
    transfers = TransferBudget(limit: configuration.maxTransfer)
    started = time.timestamp()
    refusals = RefusalCounts(time: time, logger: logger)
    slowReaders = SlowReaders(patience: configuration.limits.slowReader, time: time, refusals: refusals)
    allowances = Allowances(limit: configuration.limits.backlog, time: time)
    audit = AuditLog(path: configuration.auditPath, time: time, logger: logger)
    runTimes = LatestRunTimes(store: store, time: time)
    ledger = SharedLedger(configuration.limits.connections)
    office = configuration.trust.map { TrustOffice($0, time: time, logger: logger) }
    kindTable = Mutex(Dictionary(configuration.kinds.map { ($0.name, $0) }, uniquingKeysWith: { $1 }))
  }

  /// The kinds of the coordinator's own file, as last read.
  var kinds: [KindDefinition] { kindTable.withLock { $0.values.sorted { $0.name < $1.name } } }

  func kind(_ name: String) -> KindDefinition? { kindTable.withLock { $0[name] } }

  /// The kind that a client of the original protocol means: names match whatever the case of their letters.
  func kind(ofCircuit circuit: String) -> KindDefinition? {
    let wanted = circuit.lowercased()
    return kindTable.withLock { table in table[circuit] ?? table.values.first { $0.name.lowercased() == wanted } }
  }

  /// Cuts the connections of those whose certificates do not hold any more.
  ///
  /// - Parameter spared: one that waits for an answer; it is cut at the next look.
  /// - Returns: how many.
  @discardableResult
  func cutInvalid(sparing spared: PeerConnection? = nil) -> Int {
    let cut = doors.all.flatMap { $0.cutInvalid(at: time.timestamp(), sparing: spared) }
    // A connection takes its time to close, and goes on delivering meanwhile; the worker's session ends now.
    for identity in cut where identity.role == .worker { registry.live(identity.name)?.shut() }
    return cut.count
  }

  func scope(_ caller: Caller) -> Scope { Scope(caller, store) }

  func replaceKinds(_ kinds: [KindDefinition]) async throws {
    try await store.define(kinds, keep: configuration.keep)
    kindTable.withLock { $0 = Dictionary(kinds.map { ($0.name, $0) }, uniquingKeysWith: { $1 }) }
  }
}
