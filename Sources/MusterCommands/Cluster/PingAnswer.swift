import MusterCore

/// What came of asking one machine.
struct PingAnswer: Sendable {
  let took: Duration
  /// Nil: it is well.
  let trouble: (any CodedError)?
}
