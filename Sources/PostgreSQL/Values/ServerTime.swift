import MusterCore

/// The server's binary timestamps: microseconds since 2000-01-01T00:00:00Z, the ends of Int64 being the infinities.
enum ServerTime {
  /// 2000-01-01 in milliseconds since 1970.
  private static let start: Int64 = 946_684_800_000
  /// The first microsecond of the server's years (4714-11-24 BC), and the first one after them (294277 AD).
  private static let years: Range<Int64> = -211_813_488_000_000_000..<9_223_371_331_200_000_000

  static func microseconds(_ time: Timestamp) -> Int64 {
    let (since, overflow) = time.milliseconds.subtractingReportingOverflow(start)
    let (result, overflowed) = since.multipliedReportingOverflow(by: 1000)
    if !overflow, !overflowed, years.contains(result) { return result }
    return time.milliseconds < 0 ? .min : .max
  }

  /// Cut to the millisecond before it.
  static func timestamp(microseconds: Int64) -> Timestamp {
    switch microseconds {
    case .min: return Timestamp(milliseconds: .min)
    case .max: return Timestamp(milliseconds: .max)
    default:
      let (quotient, remainder) = microseconds.quotientAndRemainder(dividingBy: 1000)
      return Timestamp(milliseconds: (remainder < 0 ? quotient - 1 : quotient) + start)
    }
  }
}
