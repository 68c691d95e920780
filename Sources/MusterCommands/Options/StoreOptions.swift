import ArgumentParser
import Settings

/// Which coordinator's store is meant: found in the configuration as `muster coordinator run` finds it.
struct StoreOptions: ParsableArguments {
  @Option(
    name: [.customShort("c"), .customLong("config")],
    help: ArgumentHelp("Configuration file. Default: muster.yaml if there is one.", valueName: "file"),
    completion: .file())
  var file: String?

  @Option(
    help: ArgumentHelp("The coordinator's state directory. Default: .muster.", valueName: "dir"), completion: .directory
  )
  var state: String?

  @Option(help: ArgumentHelp("The coordinator's store. Default: in the state directory.", valueName: "store"))
  var store: String?

  /// - Throws: ``SettingsError``.
  func settings() throws -> CoordinatorSettings {
    var flags: [String: String] = [:]
    flags["state"] = state
    flags["store"] = store
    return try CoordinatorSettings.load(
      .ofProcess(
        configFile: file, flags: flags, environment: CommandContext.current.environment, cores: ThisProgram.cores))
  }
}
