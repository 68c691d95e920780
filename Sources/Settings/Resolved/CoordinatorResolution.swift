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
    let state = resolver.statePath()
    let trustFolder = "\(state)/\(Defaults.trustFolder)"
    let hasTrust = FileBytes.exists("\(trustFolder)/\(Defaults.serverCertificate)")
    let isInsecure = resolver.value(TopSettings.insecure, default: false)
    let listeners = ListenerResolution(
      original: original, defaultProtocols: defaultProtocols, hasTrust: hasTrust,
      insecure: isInsecure ? resolver.given(TopSettings.insecure)?.source : nil
    ).decide(&resolver)
    let http = resolver.value(TopSettings.http, default: Defaults.http)
    if let http, !http.isLoopback, !isInsecure, !hasTrust {
      resolver.problems.warn(
        resolver.given(TopSettings.http)?.source ?? .builtIn, "http",
        "\(http) tells only whether it lives: its other pages take a token, and without a certificate there is none; run 'muster coordinator init', or say --insecure"
      )
    }
    let advertise = resolver.value(TopSettings.advertise, absent: "the first of listen that others can reach")
    let certificateLifetime = resolver.value(
      TopSettings.certificateLifetime, default: Defaults.certificateLifetime)
    let limits = resolver.file?.limits ?? LimitSettings()
    let store = decideStore(state: state)
    let cores = resolver.input.cores
    let heartbeat = resolver.value(TopSettings.heartbeat, default: Defaults.heartbeat)
    let verifySlots = resolver.value(TopSettings.verifySlots, default: max(cores / 2, 1))
    let maxInput = resolver.value(TopSettings.maxInput, default: Defaults.maxInput)
    let maxResult = resolver.value(TopSettings.maxResult, default: Defaults.maxResult)
    let compat = resolver.value(TopSettings.compatMaxMessage, default: Defaults.compatMaxMessage)
    let keep = resolver.value(TopSettings.keep, default: Defaults.keep)
    resolver.show(limits.shown(resolver.file?.givenLimits ?? [:]))
    let log = LogSettings(&resolver, fallback: fallbackLevel)
    var circuits = CircuitKinds(original: original, file: resolver.file, keep: keep, problems: problems)
    circuits.merge()
    for kind in circuits.kinds {
      resolver.show(KindShow.settings(kind))
      KindFiles.warnMissing(kind, programs: kind.definition.verifier.map { ["verifier": [$0]] } ?? [:], problems)
    }
    let advice = Advice(
      path: advisedPath, lines: circuits.missing, isKey: "verifier", file: resolver.file)
    try problems.throwIfAny(advice: advice.text)
    return CoordinatorSettings(
      listeners: listeners, http: http, httpIsGuarded: http.map { !$0.isLoopback && !isInsecure } ?? false,
      trustFolder: trustFolder, hasTrust: hasTrust, certificateLifetime: certificateLifetime, limits: limits,
      advertise: advertise, state: state, store: store,
      provingOrder: provingOrder(circuits.kinds), heartbeat: heartbeat, verifySlots: verifySlots,
      maxInput: maxInput, maxResult: maxResult, compatMaxMessage: compat, keep: keep,
      kinds: circuits.kinds.map(\.definition), log: log, isOriginal: original != nil,
      warnings: problems.warnings.sorted().map(\.description), shown: resolver.shown)
  }

  /// Rows of the table are looked for in one order, whatever their kind.
  private func provingOrder(_ kinds: [KindEntry]) -> TaskOrder {
    if let order = original?.order { return order.value }
    return !kinds.isEmpty && kinds.allSatisfy { $0.definition.order == .latest } ? .latest : .oldest
  }

  /// The store: what Muster's own flag, variable or file says; else the original's database.
  private mutating func decideStore(state: String) -> StoreLocation {
    let given = resolver.given(TopSettings.store)
    var store = StoreLocation.sqlite(path: "\(state)/\(Defaults.databaseName)")
    var source = given?.source ?? .builtIn
    if let given {
      store = given.value
      if case .sqlite(let path) = store {
        store = .sqlite(path: FilePath.absolute(path, in: resolver.base(given.source)))
      }
      if case .flag(let flag) = given.source, store.target?.holdsPassword == true {
        problems.warn(
          given.source, "store",
          "every process of this machine can read a password in \(flag); give it in MUSTER_STORE, in muster.yaml or in a "
            + "password file")
      }
    } else if let database = original?.database, let target = target(database) {
      store = .proverCluster(target)
      source = database.source
    }
    resolver.show("store", store.description, source)
    if given != nil, let database = original?.database { warnUnused(database, store) }
    return store
  }

  private func target(_ database: Located<String>) -> DatabaseTarget? {
    do {
      let (target, ignored) = try OriginalDatabase.parse(database.value)
      for name in ignored {
        problems.warn(database.source, "db", "the parameter '\(name)' of the URL is not known and has no effect")
      }
      return target
    } catch {
      problems.add(database.source, "db", error.text)
      return nil
    }
  }

  private func warnUnused(_ database: Located<String>, _ store: StoreLocation) {
    if case .proverCluster(let used) = store, used == (try? OriginalDatabase.parse(database.value))?.target { return }
    problems.warn(
      database.source, "db", "\(Redaction.url(database.value)) is not used: 'store' says to keep tasks in \(store)")
  }
}
