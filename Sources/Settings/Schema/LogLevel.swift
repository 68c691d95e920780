/// How severe a message must be to be logged. The words are swift-log's.
public enum LogLevel: String, Sendable, Hashable, CaseIterable {
  case trace, debug, info, notice, warning, error, critical
}
