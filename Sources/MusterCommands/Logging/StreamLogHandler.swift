import Logging
import MusterCore
import Settings
import Terminal

/// Writes records to a stream, a line each.
struct StreamLogHandler: LogHandler {
  var metadata: Logger.Metadata = [:]
  var metadataProvider: Logger.MetadataProvider?
  var logLevel: Logger.Level
  private let label: String
  private let form: LogFormat
  private let stream: TerminalStream
  private let time: any Timekeeper

  init(
    label: String, form: LogFormat, level: Logger.Level, stream: TerminalStream = .standardError,
    time: any Timekeeper = SystemTime()
  ) {
    self.label = label
    self.form = form
    logLevel = level
    self.stream = stream
    self.time = time
  }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    var all = metadata
    if let provided = metadataProvider?.get() { all.merge(provided) { own, _ in own } }
    if let given = event.metadata { all.merge(given) { _, given in given } }
    if let error = event.error { all["error"] = "\(error)" }
    let record = LogRecord(
      time: time.timestamp(), level: event.level, label: label, message: "\(event.message)",
      metadata: LogRecord.flat(all))
    // A log that cannot be written must not stop what it reports on.
    try? stream.write(form == .json ? LogText.json(record) : LogText.text(record))
  }
}
