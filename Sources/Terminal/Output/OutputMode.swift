/// The form in which results are printed: `--output table|json|quiet`.
public enum OutputMode: String, Sendable, Hashable, CaseIterable {
  /// For people.
  case table
  /// For programs: one JSON document, keys sorted.
  case json
  /// For shell loops: ids only, one a line.
  case quiet
}
