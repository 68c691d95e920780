import TaskModel

/// Brings together the files, variables and flags of a coordinator.
struct CoordinatorLoader {
  let environment: OriginalEnvironment
  let problems = ProblemList()
  let files: SettingsFiles
  private var input: SettingsInput { environment.input }

  init(input: SettingsInput) {
    environment = OriginalEnvironment(input)
    files = SettingsFiles(input: environment.input, problems: problems)
  }

  func load() throws(SettingsError) -> CoordinatorSettings {
    UnknownVariables.warn(input.environment, problems)
    let choice = files.choose(
      flag: input.configFile, variables: ["MUSTER_CONFIG", "COORDINATOR_CONFIG"], source: environment.source)
    var file: MusterFile?
    var original: OriginalCoordinatorFile?
    var advisedPath = SettingsFiles.defaultName
    if let choice {
      let document = try files.open(choice)
      let folder = files.folder(of: choice.path)
      switch FileKind.of(document.root) {
      case .muster:
        file = MusterFile.read(document, folder: folder)
        // A file that was named says all; one that merely lies there does not outweigh variables.
        if !choice.isNamed { original = originalByVariables() }
      case .originalCoordinator:
        let values = environment.values(document.root, prefix: "COORDINATOR_", problems)
        let read = OriginalCoordinatorFile.read(values, folder: folder)
        original = read
        advisedPath = FilePath.sibling(of: choice.path, named: SettingsFiles.defaultName)
        file = try files.beside(choice.path).map {
          MusterFile.read($0, folder: folder, verificationKeys: read.verificationKeys)
        }
      case .originalClient:
        problems.add(
          .file(path: choice.path, line: 0), "",
          "this is \(FileKind.originalClient.name); start a worker with it: muster worker run --client-config "
            + choice.path)
        try problems.throwIfAny()
      }
    } else {
      original = originalByVariables()
    }
    var resolution = CoordinatorResolution(
      resolver: Resolver(input: input, file: file, problems: problems), original: original, advisedPath: advisedPath,
      fallbackLevel: original == nil ? nil : environment.logLevel, defaultProtocols: [.muster]
    )
    return try resolution.settings()
  }

  private func originalByVariables() -> OriginalCoordinatorFile? {
    guard OriginalCoordinatorFile.consenting.contains(where: { input.variable($0) != nil }) else { return nil }
    return OriginalCoordinatorFile.read(
      environment.values(nil, prefix: "COORDINATOR_", problems), folder: input.folder)
  }
}
