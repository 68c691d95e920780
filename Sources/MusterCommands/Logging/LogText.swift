import Logging
import MusterCore
import Terminal

/// The text of a record's line.
enum LogText {
  /// `12:34:56.789 warning The worker a-1 has gone. worker=a-1 tasks=3`
  static func text(_ record: LogRecord) -> String {
    var line = "\(ClockText.time(record.time)) "
    // Info is the ordinary; a word at every line would hide those that matter.
    if record.level != .info { line += "\(record.level.rawValue): " }
    line += VisibleText.line(record.message)
    for (key, value) in record.metadata { line += " \(VisibleText.line(key))=\(quoted(value))" }
    return line + "\n"
  }

  /// `{"time":"2026-01-02T12:34:56.789Z","level":"warning","logger":"coordinator","message":"…","worker":"a-1"}`
  static func json(_ record: LogRecord) -> String {
    var line = "{\"time\":\(JSONString.quoted(ClockText.full(record.time))),\"level\":\"\(record.level.rawValue)\""
    line += ",\"logger\":\(JSONString.quoted(record.label)),\"message\":\(JSONString.quoted(record.message))"
    for (key, value) in record.metadata {
      // A record's own fields keep their names, whatever a caller attaches.
      let name = reserved.contains(key) ? "\(key)_" : key
      line += ",\(JSONString.quoted(name)):\(JSONString.quoted(value))"
    }
    return line + "}\n"
  }

  private static let reserved: Set<String> = ["time", "level", "logger", "message"]

  /// Values with blanks stand in quotes, so that a line can be taken apart again.
  private static func quoted(_ value: String) -> String {
    let needsQuotes = value.isEmpty || value.utf8.contains { $0 <= 0x20 || $0 == 0x22 || $0 == 0x3D || $0 == 0x7F }
    return needsQuotes ? JSONString.quoted(value) : VisibleText.line(value)
  }
}
