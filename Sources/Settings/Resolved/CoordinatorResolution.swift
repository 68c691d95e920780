import MusterCore
import TaskModel

/// Decides a coordinator's settings once its files are read.
struct CoordinatorResolution {
  var resolver: Resolver
  let original: OriginalCoordinatorFile?
  /// Where lines that are missing should be added.
  let advisedPath: String
  let fallbackLevel: Located<LogLevel>?
  /// What the default listener speaks.
  let defaultProtocols: Set<WireProtocol>
  private var problems: ProblemList { resolver.problems }

  init(
    resolver: Resolver, original: OriginalCoordinatorFile?, advisedPath: String, fallbackLevel: Located<LogLevel>?,
    defaultProtocols: Set<WireProtocol>
  ) {
    self.resolver = resolver
    self.original = original
    self.advisedPath = advisedPath
    self.fallbackLevel = fallbackLevel
    self.defaultProtocols = defaultProtocols
  }

  /// - Throws: ``SettingsError`` with every problem at once.
  mutating func settings() throws(SettingsError) -> CoordinatorSettings {
    let listeners = ListenerResolution(original: original, defaultProtocols: defaultProtocols).decide(&resolver)
    let http = resolver.value(TopSettings.http, default: Defaults.http)
    let state = resolver.statePath()
    let (store, storeIsMissing) = storePath(state: state)
    let cores = resolver.input.cores
    let heartbeat = resolver.value(TopSettings.heartbeat, default: Defaults.heartbeat)
    let verifySlots = resolver.value(TopSettings.verifySlots, default: max(cores / 2, 1))
    let maxInput = resolver.value(TopSettings.maxInput, default: Defaults.maxInput)
    let maxResult = resolver.value(TopSettings.maxResult, default: Defaults.maxResult)
    let compat = resolver.value(TopSettings.compatMaxMessage, default: Defaults.compatMaxMessage)
    let keep = resolver.value(TopSettings.keep, default: Defaults.keep)
    let log = LogSettings(&resolver, fallback: fallbackLevel)
    var circuits = CircuitKinds(original: original, file: resolver.file, keep: keep, problems: problems)
    circuits.merge()
    for kind in circuits.kinds {
      resolver.show(KindShow.settings(kind))
      KindFiles.warnMissing(kind, programs: kind.definition.verifier.map { ["verifier": [$0]] } ?? [:], problems)
    }
    let advice = Advice(
      path: advisedPath, hasStore: !storeIsMissing, lines: circuits.missing, isKey: "verifier",
      file: resolver.file)
    try problems.throwIfAny(advice: advice.text)
    return CoordinatorSettings(
      listeners: listeners, http: http, state: state, store: store, heartbeat: heartbeat, verifySlots: verifySlots,
      maxInput: maxInput, maxResult: maxResult, compatMaxMessage: compat, keep: keep,
      kinds: circuits.kinds.map(\.definition), log: log, isOriginal: original != nil,
      warnings: problems.warnings.sorted().map(\.description), shown: resolver.shown)
  }

  /// The store, and whether a line that gives one must be added.
  private mutating func storePath(state: String) -> (StoreLocation, isMissing: Bool) {
    let given = resolver.given(TopSettings.store)
    var store = StoreLocation.sqlite(path: "\(state)/\(Defaults.databaseName)")
    if let given, case .sqlite(let path) = given.value {
      store = .sqlite(path: FilePath.absolute(path, in: resolver.base(given.source)))
    }
    resolver.show("store", store.description, given?.source ?? .builtIn)
    guard let database = original?.database else { return (store, false) }
    let url = Redaction.url(database.value)
    guard given == nil else {
      problems.warn(
        database.source, "db", "\(url) is not used: \(StoreLocation.noPostgres), and tasks are kept in \(store)")
      return (store, false)
    }
    problems.add(
      database.source, "db",
      "\(StoreLocation.noPostgres), so the tasks in \(url) cannot be worked on; to keep tasks in a file instead, give a "
        + "store in \(advisedPath)")
    return (store, true)
  }
}
