import MusterCore

/// The median run time of a kind's latest attempts, for the size of a worker's prefetch.
struct RunTimes {
  private static let window = 32
  private var samples: [UInt64] = []
  private var next = 0
  /// Nanoseconds; nil before the first attempt ended.
  private(set) var median: UInt64?

  mutating func record(nanoseconds: UInt64) {
    if samples.count < RunTimes.window {
      samples.append(nanoseconds)
    } else {
      samples[next] = nanoseconds
    }
    next = (next + 1) % RunTimes.window
    // Sorting 32 numbers at every end would show in a profile; once a quarter of the window has changed is enough.
    if samples.count < 8 || next % 8 == 0 { median = samples.sorted()[samples.count / 2] }
  }

  /// How many attempts beyond its slots a worker may hold: enough to be busy for 20 ms, none for a kind whose tasks
  /// run longer than 100 ms (they would sit on one worker while another idles).
  func prefetch(slots: Int) -> Int {
    guard let median, median <= 100_000_000 else { return 0 }
    return min(max(slots * Int(20_000_000 / max(median, 40_000)), 1), RunTimes.largestPrefetch)
  }

  static let largestPrefetch = 512
}
