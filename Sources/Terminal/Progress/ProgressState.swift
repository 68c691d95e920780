/// The counts of a batch and the speed at which they move: all that a progress line shows. A value; times are handed in.
///
/// The rate is that of a sliding window, so that it follows a cluster that grows, and what was finished before the first
/// observation (a batch that is resumed) does not count into it.
public struct ProgressState: Sendable {
  private struct Sample {
    var at: Duration
    var finished: Int
  }

  public private(set) var counts = ProgressCounts()
  private var samples: [Sample] = []
  private var startedAt: Duration?
  private var finishedAtStart = 0

  private static let window: Duration = .seconds(30)
  private static let spacing: Duration = .seconds(1)

  public init() {}

  /// - Parameter now: time on any clock that never goes back.
  public mutating func observe(_ counts: ProgressCounts, now: Duration) {
    self.counts = counts
    if startedAt == nil {
      startedAt = now
      finishedAtStart = counts.finished
    }
    if let last = samples.last, now - last.at < Self.spacing { return }
    samples.append(Sample(at: now, finished: counts.finished))
    // One sample older than the window stays: it is the window's left edge.
    while samples.count > 2 && now - samples[1].at > Self.window { samples.removeFirst() }
  }

  /// Time since the first observation.
  public func elapsed(now: Duration) -> Duration { startedAt.map { max(now - $0, .zero) } ?? .zero }

  /// Finished a second within the last half minute; nil while too little time has passed to say.
  public func rate(now: Duration) -> Double? {
    guard let first = samples.first, now - first.at >= Self.spacing else { return nil }
    return Double(max(counts.finished - first.finished, 0)) / (now - first.at).asSeconds
  }

  /// Finished a second since the first observation; nil while too little time has passed to say.
  public func average(now: Duration) -> Double? {
    let elapsed = elapsed(now: now)
    guard elapsed > .milliseconds(10) else { return nil }
    return Double(max(counts.finished - finishedAtStart, 0)) / elapsed.asSeconds
  }

  /// Time that the rest takes at the present rate; nil when it cannot be said.
  public func remaining(now: Duration) -> Duration? {
    guard let total = counts.total, let rate = rate(now: now), rate > 0 else { return nil }
    let seconds = Double(max(total - counts.finished, 0)) / rate
    return seconds < 1e9 ? .seconds(Int64(seconds.rounded(.up))) : nil
  }

  /// 0 to 100, rounded down: 100 means that all is finished. Nil while the total is not known.
  public var percent: Int? {
    guard let total = counts.total else { return nil }
    guard total > 0 else { return 100 }
    return min(Int(Double(counts.finished) / Double(total) * 100), counts.finished >= total ? 100 : 99)
  }
}

extension Duration {
  fileprivate var asSeconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}
