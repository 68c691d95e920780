import MusterCore

/// What speaks against one worker at one kind.
struct BlameRecord: Sendable {
  /// Results that a verifier found invalid, since the worker was last clear.
  var invalid = 0
  /// Distinct tasks that it failed since its last success, at most as many as set it aside.
  var row: [Int64] = []
  /// When that row began.
  var rowStart: Moment?
  /// Set while it is set aside.
  var pause: Pause?
  /// When this was last changed; the oldest is forgotten first.
  var changed: Moment

  struct Pause: Sendable {
    let reason: String
    let until: Moment
    /// The time is over: one attempt decides.
    var trial = false
  }

  var saysNothing: Bool { invalid == 0 && row.isEmpty && pause == nil }
}

/// One worker at one kind.
struct BlameKey: Hashable, Comparable, Sendable {
  let worker: String
  let kind: String

  static func < (a: BlameKey, b: BlameKey) -> Bool { (a.worker, a.kind) < (b.worker, b.kind) }
}

/// When a kind was last done, and by whom.
///
/// Enough to say whether another worker succeeded during a worker's row of failures: a success of its own would have ended
/// the row, so the latest one since the row began is another's.
struct LatestSuccess: Sendable {
  let worker: String
  let at: Moment
}
