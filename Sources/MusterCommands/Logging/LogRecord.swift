import Logging
import MusterCore

/// One record of a log, with all that its line shows.
struct LogRecord {
  var time: Timestamp
  var level: Logger.Level
  /// The logger's name, for example `coordinator`.
  var label: String
  var message: String
  /// Values as text, with the names that they had.
  var metadata: [(key: String, value: String)]
}

extension LogRecord {
  /// `metadata` in order of names, values as text.
  static func flat(_ metadata: Logger.Metadata) -> [(key: String, value: String)] {
    metadata.sorted { $0.key < $1.key }.map { ($0.key, "\($0.value)") }
  }
}
