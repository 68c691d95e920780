import ArgumentParser
import Settings

/// Which coordinator's state directory is meant: found in the configuration as `muster coordinator run` finds it.
struct StateOptions: ParsableArguments {
  @Option(
    name: [.customShort("c"), .customLong("config")],
    help: ArgumentHelp("Configuration file. Default: muster.yaml if there is one.", valueName: "file"),
    completion: .file())
  var file: String?

  @Option(
    help: ArgumentHelp("The coordinator's state directory. Default: .muster.", valueName: "dir"), completion: .directory
  )
  var state: String?

  /// - Parameter more: settings given by further flags.
  func input(_ more: [String: String] = [:]) -> SettingsInput {
    var flags = more
    flags["state"] = state
    return .ofProcess(
      configFile: file, flags: flags, environment: CommandContext.current.environment, cores: ThisProgram.cores)
  }
}
