/// How much of what a machine is sent has gone.
struct UploadMeter: Sendable, Equatable {
  var bytes: Int
  var of: Int

  private static let barWidth = 10

  /// `12.3/150.0 MB`: in the unit of the whole, rounded down, so that the whole is only said when all has gone.
  var text: String {
    let (unit, size) = of >= 1_000_000_000 ? ("GB", 1_000_000_000) : of >= 1_000_000 ? ("MB", 1_000_000) : ("kB", 1000)
    return "\(Self.tenths(of: bytes, size))/\(Self.tenths(of: of, size)) \(unit)"
  }

  /// `[##--------]`
  var bar: String {
    let share = of > 0 ? Double(max(bytes, 0)) / Double(of) : 1
    let full = min(Int(share * Double(Self.barWidth)), Self.barWidth)
    return "[\(String(repeating: "#", count: full))\(String(repeating: "-", count: Self.barWidth - full))]"
  }

  private static func tenths(of count: Int, _ unit: Int) -> String {
    let tenths = max(count, 0) / (unit / 10)
    return "\(tenths / 10).\(tenths % 10)"
  }
}
