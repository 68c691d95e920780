import ArgumentParser
import Settings

/// Which coordinator's store is meant: found in the configuration as `muster coordinator run` finds it.
struct StoreOptions: ParsableArguments {
  @OptionGroup var state: StateOptions

  @Option(help: ArgumentHelp("The coordinator's store. Default: in the state directory.", valueName: "store"))
  var store: String?

  /// - Throws: ``SettingsError``.
  func settings() throws -> CoordinatorSettings {
    var flags: [String: String] = [:]
    flags["store"] = store
    return try CoordinatorSettings.load(state.input(flags))
  }
}
