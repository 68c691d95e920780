import TaskModel

/// Brings together the files, variables and flags of a worker.
struct WorkerLoader {
  let environment: OriginalEnvironment
  let problems = ProblemList()
  let files: SettingsFiles
  private var input: SettingsInput { environment.input }

  init(input: SettingsInput) {
    environment = OriginalEnvironment(input)
    files = SettingsFiles(input: environment.input, problems: problems)
  }

  func load() throws(SettingsError) -> WorkerSettings {
    UnknownVariables.warn(input.environment, problems)
    if let path = input.clientConfigFile {
      return try client(SettingsFiles.Choice(path: path, isNamed: true, source: .flag("--client-config")))
    }
    let wantsMuster = input.flags["coordinator"] != nil || input.configFile != nil
    if !wantsMuster, let path = input.variable("CLIENT_CONFIG") {
      return try client(
        SettingsFiles.Choice(path: path, isNamed: true, source: environment.source("CLIENT_CONFIG")))
    }
    guard let choice = files.choose(flag: input.configFile, variables: ["MUSTER_CONFIG"], source: { .environment($0) })
    else { return try muster(nil) }
    let document = try files.open(choice)
    switch FileKind.of(document.root) {
    case .muster: return try muster(MusterFile.read(document, folder: files.folder(of: choice.path)))
    case .originalClient: return try client(choice)
    case .originalCoordinator:
      problems.add(
        .file(path: choice.path, line: 0), "",
        "this is \(FileKind.originalCoordinator.name); start a coordinator with it: muster coordinator run -c "
          + choice.path)
      throw SettingsError(problems: problems.problems)
    }
  }

  private func muster(_ file: MusterFile?) throws(SettingsError) -> WorkerSettings {
    var resolver = Resolver(input: input, file: file, problems: problems)
    let addresses = CoordinatorAddresses.decide(&resolver)
    let isGiven = resolver.given(TopSettings.coordinator) != nil || file?.listeners != nil
    let name = resolver.value(TopSettings.name, absent: "that of its certificate, else the host's and a few letters")
    let kinds = (file?.kinds ?? []).filter { !$0.definition.stages.isEmpty }.map(WorkerLoader.withoutVerifier)
    return try finish(
      &resolver, mode: .muster(addresses), isCoordinatorGiven: isGiven, name: name, kinds: kinds, fallback: nil)
  }

  private func client(_ choice: SettingsFiles.Choice) throws(SettingsError) -> WorkerSettings {
    let document = try files.open(choice)
    let kind = FileKind.of(document.root)
    if kind != .originalClient {
      problems.add(
        .file(path: choice.path, line: 0), "",
        "\(choice.source) asks for a client.yaml of the original prover cluster, and this is \(kind.name); give it with -c"
      )
      throw SettingsError(problems: problems.problems)
    }
    let folder = files.folder(of: choice.path)
    let values = environment.values(document.root, prefix: "CLIENT_", problems)
    let original = OriginalClientFile.read(values, folder: folder)
    let keys = original.flatMap { file in file.files["vk"].map { [file.circuit.lowercased(): $0] } } ?? [:]
    let file = try files.beside(choice.path).map {
      MusterFile.read($0, folder: folder, verificationKeys: keys)
    }
    guard let original else { throw SettingsError(problems: problems.problems.sorted()) }
    var stages = ClientStages(
      client: original, file: file, problems: problems,
      advisedPath: FilePath.sibling(of: choice.path, named: SettingsFiles.defaultName))
    let entry = stages.decide()
    try problems.throwIfAny(advice: stages.advice)
    var resolver = Resolver(input: input, file: file, problems: problems)
    resolver.show(original.shown)
    let client = WorkerSettings.OriginalClient(
      proverID: original.proverID, upstream: original.upstream, pollInterval: original.pollInterval)
    return try finish(
      &resolver, mode: .original(client), isCoordinatorGiven: true, name: original.proverID,
      kinds: entry.map { [$0] } ?? [],
      fallback: environment.logLevel)
  }

  private func finish(
    _ resolver: inout Resolver, mode: WorkerSettings.Mode, isCoordinatorGiven: Bool, name: String?, kinds: [KindEntry],
    fallback: Located<LogLevel>?
  ) throws(SettingsError) -> WorkerSettings {
    // The original client works on one task at a time, and its proofs are made for a whole machine.
    var isOriginal = false
    if case .original = mode { isOriginal = true }
    let slots = resolver.value(TopSettings.slots, default: isOriginal ? 1 : input.cores)
    let memory = resolver.value(TopSettings.memory, absent: "the machine's")
    let gpus = resolver.value(TopSettings.gpus, default: 0)
    let state = resolver.statePath()
    let identity = isOriginal ? nil : resolver.identityPath(state: state)
    let drainTimeout = resolver.value(TopSettings.drainTimeout, default: Defaults.drainTimeout)
    let readyFile = resolver.path(TopSettings.readyFile)
    let joining = joining(&resolver, isOriginal: isOriginal, identity: identity, state: state)
    let log = LogSettings(&resolver, fallback: fallback)
    for kind in kinds {
      resolver.show(KindShow.settings(kind))
      let key = kind.given["stages"] == nil ? "executor" : "stages"
      KindFiles.warnMissing(kind, programs: [key: kind.definition.stages], problems)
    }
    try problems.throwIfAny()
    return WorkerSettings(
      mode: mode, isCoordinatorGiven: isCoordinatorGiven, identity: identity, joining: joining,
      drainTimeout: drainTimeout, readyFile: readyFile, name: name, slots: slots, memory: memory,
      gpus: gpus, state: state,
      kinds: kinds.map(\.definition), log: log, warnings: problems.warnings.sorted().map(\.description),
      shown: resolver.shown)
  }

  private func joining(
    _ resolver: inout Resolver, isOriginal: Bool, identity: String?, state: String
  ) -> WorkerSettings.Joining? {
    guard let tokenFile = resolver.path(TopSettings.joinTokenFile) else { return nil }
    let source = resolver.given(TopSettings.joinTokenFile)?.source ?? .builtIn
    let key = TopSettings.joinTokenFile.key.name
    if isOriginal {
      problems.warn(source, key, "a client of the original protocol does not join; the token is not used")
      return nil
    }
    if identity == nil, resolver.given(TopSettings.identity) != nil {
      problems.add(
        source, key,
        "a token is traded for a certificate, and identity 'none' says that none is shown; leave one of the two out")
      return nil
    }
    return WorkerSettings.Joining(tokenFile: tokenFile, folder: identity ?? "\(state)/\(Defaults.identityFolder)")
  }

  private static func withoutVerifier(_ entry: KindEntry) -> KindEntry {
    var entry = entry
    entry.definition.verifier = nil
    entry.definition.acceptsUnverified = false
    return entry
  }
}
