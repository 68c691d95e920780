import Logging
import Synchronization

/// A log handler that keeps what was logged, for a test to read.
final class LogRecord: Sendable {
  private let state = Mutex<[String]>([])

  /// "level message", oldest first.
  var lines: [String] { state.withLock { $0 } }

  var logger: Logger { Logger(label: "test") { _ in Handler(record: self) } }

  private struct Handler: LogHandler {
    let record: LogRecord
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.info
    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
      get { metadata[key] }
      set { metadata[key] = newValue }
    }
    func log(event: LogEvent) {
      record.state.withLock { $0.append("\(event.level) \(event.message)") }
    }
  }
}
