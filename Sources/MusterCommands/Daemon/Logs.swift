import Logging
import Settings
import Terminal

/// The log of a command that runs until it is told to stop: everything goes to standard error in one form.
struct Logs: Sendable {
  private let form: LogFormat
  private let level: Logger.Level
  private let stream: TerminalStream

  init(_ settings: LogSettings) {
    form = settings.format
    level = Logger.Level(rawValue: settings.level.rawValue) ?? .info
    stream = CommandContext.current.messages
    // Libraries that make loggers of their own write in the same form; what they say below a warning is of no use here.
    let others = self
    Logs.once.run { LoggingSystem.bootstrap { others.handler($0, level: max(others.level, .warning)) } }
  }

  func logger(_ label: String) -> Logger { Logger(label: label) { handler($0, level: level) } }

  private func handler(_ label: String, level: Logger.Level) -> StreamLogHandler {
    StreamLogHandler(label: label, form: form, level: level, stream: stream)
  }

  private static let once = Once()
}
