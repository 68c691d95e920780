/// Everything that `muster up` is told: a coordinator and workers of its own.
public struct UpSettings: Sendable {
  public var coordinator: CoordinatorSettings
  /// 0: a coordinator alone.
  public var workers: Int
  /// Of each worker; 1 or more.
  public var slots: Int
  /// Bytes, of each worker; nil: as much as the machine has.
  public var memory: UInt64?
  /// Of each worker.
  public var gpus: Int
  /// What the operator should know, one sentence each.
  public var warnings: [String] { coordinator.warnings }
  /// Every setting, for `config show`.
  public var shown: [ShownSetting]

  /// Reads the file and decides. Original files are not taken here: they belong to machines that run one thing.
  ///
  /// - Throws: ``SettingsError`` with every problem at once.
  public static func load(_ input: SettingsInput) throws(SettingsError) -> UpSettings {
    let problems = ProblemList()
    let files = SettingsFiles(input: input, problems: problems)
    UnknownVariables.warn(input.environment, problems)
    var file: MusterFile?
    if let choice = files.choose(flag: input.configFile, variables: ["MUSTER_CONFIG"], source: { .environment($0) }) {
      let document = try files.open(choice)
      let kind = FileKind.of(document.root)
      if kind != .muster {
        let command = kind == .originalClient ? "muster worker run --client-config" : "muster coordinator run -c"
        problems.add(
          .file(path: choice.path, line: 0), "", "this is \(kind.name); start it with: \(command) \(choice.path)")
        try problems.throwIfAny()
      }
      file = MusterFile.read(document, folder: files.folder(of: choice.path))
    }
    var resolver = Resolver(input: input, file: file, problems: problems)
    let workers = resolver.value(TopSettings.workers, default: Defaults.workers)
    let slots = resolver.value(TopSettings.slots, default: max(input.cores / max(workers, 1), 1))
    let memory = resolver.value(TopSettings.memory, absent: "the machine's")
    let gpus = resolver.value(TopSettings.gpus, default: 0)
    for kind in file?.kinds ?? [] where workers > 0 {
      let key = kind.given["stages"] == nil ? "executor" : "stages"
      KindFiles.warnMissing(kind, programs: [key: kind.definition.stages], problems)
    }
    var resolution = CoordinatorResolution(
      resolver: resolver, original: nil, advisedPath: "", fallbackLevel: nil, defaultProtocols: [.muster, .original])
    let coordinator = try resolution.settings()
    return UpSettings(
      coordinator: coordinator, workers: workers, slots: slots, memory: memory, gpus: gpus, shown: coordinator.shown)
  }
}
