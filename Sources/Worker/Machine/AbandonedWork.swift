/// What a worker gave up because the coordinator that it has come to works over another store than the one that it was for.
struct AbandonedWork: Sendable, Hashable {
  /// Programs that are stopped.
  var running = 0
  /// Not started.
  var waiting = 0
  /// Ended, with a result or an error that nobody has taken.
  var ended = 0
  /// The store that it was for.
  var from = ""
  /// The store of the coordinator that the worker has come to.
  var to = ""

  var isEmpty: Bool { running + waiting + ended == 0 }
}

extension AbandonedWork: CustomStringConvertible {
  /// One sentence for the log.
  var description: String {
    let counts = [(running, "stopped"), (waiting, "not started"), (ended, "ended and not reported")]
    let parts = counts.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
    return
      "The coordinator works over another store (\(to)) than the one that this worker's tasks are from (\(from)), so they were given up: \(parts); their own coordinator hands them to others."
  }
}
