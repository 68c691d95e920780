/// In which time many workers are let go: a few at a time, so that a thousand do not come to another coordinator in one instant.
struct ReleasePace {
  /// So many are asked in one go.
  static let group = 32
  /// Between two groups.
  static let pause: Duration = .milliseconds(64)
  /// All are asked within this time, however many there are.
  static let longest: Duration = .seconds(5)

  private let pause: Duration
  private var asked = 0

  /// - Parameter count: of the workers of one call.
  init(count: Int) {
    let pauses = max((count - 1) / Self.group, 1)
    pause = min(Self.pause, Self.longest / pauses)
  }

  /// How long to wait before the next one; nil: not at all.
  mutating func pauseAfterOne() -> Duration? {
    asked += 1
    return asked.isMultiple(of: Self.group) ? pause : nil
  }
}
