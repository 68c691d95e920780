import MusterCore

/// Decides what a watch does next: list, watch, or wait. It has no clock and does no I/O.
///
/// No way through it repeats a request without a pause, unless a watch between was sound: a server that takes every
/// request and ends it at once gets ever fewer of them.
struct WatchMachine {
  enum Step: Equatable {
    case list
    /// Watch from a version, for so many seconds.
    case watch(from: String, seconds: Int)
    case wait(Duration)
  }

  /// How a watch, or a list, came to nothing.
  enum End: Equatable {
    /// The server ended it, as it may at any time.
    case closed
    /// The connection broke or stood still, none could be made, or the server is too busy or too ill to answer.
    case broken
    /// The server answered, with an error that may be due to the version.
    case refused
    /// The version is too old.
    case expired
  }

  let settings: WatchSettings
  /// Whether there is another way to go on than from the version.
  private let canList: Bool
  /// Nothing before this version is missed by a watch from it. Nil: list first.
  private(set) var version: String?
  /// How many requests in a row led to nothing.
  private(set) var failures = 0
  private var pause: Duration?
  /// When the server let the present watch begin.
  private var accepted: Moment?
  /// Refusals since anything good came from the server; after some, the version itself is doubted. Those of a server that
  /// is busy do not count, or all its watchers would list at once when it can bear that least.
  private var refusals = 0

  private static let doubtAfter = 4

  init(_ settings: WatchSettings, from version: String? = nil, canList: Bool = true) {
    self.settings = settings
    self.canList = canList
    self.version = version
  }

  /// What to do now.
  ///
  /// - Parameter random: 0 to 1.
  mutating func next(random: Double) -> Step {
    if let pause {
      self.pause = nil
      return .wait(pause)
    }
    accepted = nil
    guard let version else { return .list }
    let range = settings.seconds
    let seconds = range.lowerBound + Int(Double(range.upperBound - range.lowerBound) * random)
    return .watch(from: version, seconds: max(seconds, 1))
  }

  /// A whole list was read, as it was at `version`.
  mutating func listed(at version: String) {
    self.version = version
    refusals = 0
  }

  /// The server has let a watch begin. What went before, as waiting for a connection, says nothing of its soundness.
  mutating func accepted(at moment: Moment) { accepted = moment }

  /// An event or a bookmark came.
  mutating func saw(_ version: String) {
    self.version = version
    refusals = 0
  }

  /// The list or the watch is over.
  ///
  /// - Parameters:
  ///   - atLeast: what the server asked for by Retry-After.
  ///   - random: 0 to 1.
  mutating func ended(_ end: End, now: Moment, atLeast: Duration? = nil, random: Double) {
    let isSound = accepted.map { now - $0 >= settings.soundAfter } ?? false
    failures = isSound ? 0 : failures + 1
    if end == .refused { refusals += 1 }
    if end == .expired || (end == .refused && canList && refusals >= Self.doubtAfter) {
      version = nil
      refusals = 0
    }
    // A first list after a watch that turned out to be too old need not wait long; a second one in a row must. Not at
    // once either: a server that stops ends the watches of all its clients in the same moment.
    let isGood = failures == 0 || (end == .expired && failures == 1)
    let backoff = isGood ? settings.firstPause * random : backoff(random)
    let pause = max(backoff, atLeast ?? .zero)
    self.pause = pause > .zero ? pause : nil
  }

  private func backoff(_ random: Double) -> Duration {
    var pause = settings.firstPause
    for _ in 1..<max(failures, 1) where pause < settings.longestPause { pause *= 2 }
    return min(pause, settings.longestPause) * (1 - random / 2)
  }
}
