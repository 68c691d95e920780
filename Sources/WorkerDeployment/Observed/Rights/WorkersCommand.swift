/// What can be done with a worker cluster, as far as it needs rights of its own.
public enum WorkersCommand: String, Sendable, CaseIterable {
  /// Also `plan`, which tries what `deploy` does.
  case deploy
  case scale
  case endpoint
  case restart
  case status
  case logs
  case teardown
}
