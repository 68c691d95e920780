import ArgumentParser
import Settings

extension LogFormat: ExpressibleByArgument {}
extension LogLevel: ExpressibleByArgument {}

/// `--log-format` and `--log-level`, on commands that run until they are told to stop.
///
/// Nil means: not said here; the environment and the file decide.
struct LogOptions: ParsableArguments {
  @Option(name: .customLong("log-format"), help: ArgumentHelp("Default: text.", valueName: "form"))
  var form: LogFormat?

  @Option(name: .customLong("log-level"), help: ArgumentHelp("Default: info.", valueName: "level"))
  var level: LogLevel?

  /// Under the names of the settings.
  var flags: [String: String] {
    var flags: [String: String] = [:]
    flags["logFormat"] = form?.rawValue
    flags["logLevel"] = level?.rawValue
    return flags
  }
}
