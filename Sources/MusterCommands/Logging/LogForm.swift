/// The form of a log.
enum LogForm: String, Sendable, CaseIterable {
  /// One line a record, for people.
  case text
  /// One JSON object a line, for programs.
  case json
}
