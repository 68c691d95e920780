/// Finds the state directory, for commands that need nothing else of the settings.
enum StateFolder {
  /// The flag, the variable, `muster.yaml`, the default; absolute. An original file says nothing of it.
  static func find(_ input: SettingsInput) throws(SettingsError) -> String {
    let problems = ProblemList()
    let files = SettingsFiles(input: input, problems: problems)
    var file: MusterFile?
    if let choice = files.choose(flag: input.configFile, variables: ["MUSTER_CONFIG"], source: { .environment($0) }) {
      let document = try files.open(choice)
      if FileKind.of(document.root) == .muster {
        file = MusterFile.read(document, folder: files.folder(of: choice.path), withKinds: false)
      } else {
        file = try files.beside(choice.path).map {
          MusterFile.read($0, folder: files.folder(of: choice.path), withKinds: false)
        }
      }
    }
    try problems.throwIfAny()
    var resolver = Resolver(input: input, file: file, problems: problems)
    let state = resolver.statePath()
    try problems.throwIfAny()
    return state
  }
}
