/// What is wrong with YAML, and on which line.
struct YamlFault: Error {
  /// Counted from 1.
  let line: Int
  let reason: String
}
