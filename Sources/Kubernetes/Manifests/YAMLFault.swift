/// What is wrong with YAML, and on which line.
struct YAMLFault: Error {
  let reason: String
  /// Counted from 1.
  let line: Int
}
