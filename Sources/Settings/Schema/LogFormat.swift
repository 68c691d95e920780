/// The form of the log.
public enum LogFormat: String, Sendable, Hashable, CaseIterable {
  case text, json
}
