import ArgumentParser
import Logging

extension LogForm: ExpressibleByArgument {}
extension Logger.Level: @retroactive ExpressibleByArgument {}

/// `--log-format` and `--log-level`, on commands that run until they are told to stop.
///
/// Nil means: not said here; the environment and the file decide.
struct LogOptions: ParsableArguments {
  @Option(name: .customLong("log-format"), help: ArgumentHelp("Default: text.", valueName: "form"))
  var form: LogForm?

  @Option(name: .customLong("log-level"), help: ArgumentHelp("Default: info.", valueName: "level"))
  var level: Logger.Level?
}
