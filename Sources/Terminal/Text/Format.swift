/// Numbers as people read them.
public enum Format {
  /// `0 ms`, `250 ms`, `1.5 s`, `59 s`, `1m 3s`, `2h 5m`, `3d 4h`: two units at most, rounded down.
  public static func duration(_ duration: Duration) -> String {
    let (seconds, attoseconds) = duration.components
    if seconds < 0 || attoseconds < 0 {
      return seconds == .min ? "forever" : "-" + self.duration(.zero - duration)
    }
    let milliseconds = attoseconds / 1_000_000_000_000_000
    switch seconds {
    case 0: return "\(milliseconds) ms"
    case 1..<10: return milliseconds < 100 ? "\(seconds) s" : "\(seconds).\(milliseconds / 100) s"
    case 10..<60: return "\(seconds) s"
    case 60..<3600: return pair(seconds / 60, "m", seconds % 60, "s")
    case 3600..<86_400: return pair(seconds / 3600, "h", seconds % 3600 / 60, "m")
    default: return pair(seconds / 86_400, "d", seconds % 86_400 / 3600, "h")
    }
  }

  private static func pair(_ large: Int64, _ largeUnit: String, _ small: Int64, _ smallUnit: String) -> String {
    small == 0 ? "\(large)\(largeUnit)" : "\(large)\(largeUnit) \(small)\(smallUnit)"
  }

  /// `3 s ago`, `now`, `in 5m`: where a time stands, given how long ago it was.
  public static func ago(_ duration: Duration) -> String {
    if duration >= .seconds(1) { return self.duration(.seconds(duration.components.seconds)) + " ago" }
    if duration > .seconds(-1) { return "now" }
    return "in " + self.duration(.zero - .seconds(duration.components.seconds))
  }

  /// `0 B`, `1023 B`, `1.5 KiB`, `16 MiB`: powers of 1024, one decimal below 10.
  public static func bytes(_ count: UInt64) -> String {
    guard count >= 1024 else { return "\(count) B" }
    var unit = 0
    var value = count
    var tenths: UInt64 = 0
    while value >= 1024 && unit < units.count - 1 {
      tenths = value % 1024 * 10 / 1024
      value /= 1024
      unit += 1
    }
    return value < 10 && tenths > 0 ? "\(value).\(tenths) \(units[unit])" : "\(value) \(units[unit])"
  }

  private static let units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"]

  /// `1,234,567`.
  public static func count(_ number: some BinaryInteger) -> String {
    let digits = String(number.magnitude)
    var result = number < 0 ? "-" : ""
    for (index, digit) in digits.enumerated() {
      if index > 0 && (digits.count - index) % 3 == 0 { result += "," }
      result.append(digit)
    }
    return result
  }

  /// `0/s`, `0.25/s`, `3.4/s`, `12,345/s`. What is not a number, infinite or negative is `-`.
  public static func rate(_ perSecond: Double) -> String {
    guard perSecond.isFinite, perSecond >= 0, perSecond < 1e15 else { return "-" }
    if perSecond >= 100 || perSecond == 0 { return count(Int64(perSecond.rounded())) + "/s" }
    let scale: Int64 = perSecond >= 1 ? 10 : 100
    let scaled = Int64((perSecond * Double(scale)).rounded())
    let fraction = String(scaled % scale)
    return "\(scaled / scale).\(String(repeating: "0", count: (scale == 10 ? 1 : 2) - fraction.count))\(fraction)/s"
  }
}
