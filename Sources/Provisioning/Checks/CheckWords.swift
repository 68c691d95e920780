import MusterCore

/// Small pieces of the checks' sentences.
enum CheckWords {
  /// `1 core`, `3 cores`.
  static func count(_ number: Int, _ word: String) -> String { "\(number) \(word)\(number == 1 ? "" : "s")" }

  /// `a, b and c`; of more than `limit`, how many more there are.
  static func list(_ items: [String], limit: Int = 5) -> String {
    var shown = Array(items.prefix(limit))
    if items.count > limit { shown.append("\(items.count - limit) more") }
    guard let last = shown.last, shown.count > 1 else { return shown.first ?? "" }
    return shown.dropLast().joined(separator: ", ") + " and " + last
  }

  /// `9.6 GB`, `512 MB`; powers of 1000, as disks and memory are sold.
  static func size(_ bytes: Int64) -> String {
    guard bytes >= 1_000_000_000 else { return "\(bytes / 1_000_000) MB" }
    let tenths = bytes / 100_000_000
    return tenths >= 1000 || tenths % 10 == 0 ? "\(tenths / 10) GB" : "\(tenths / 10).\(tenths % 10) GB"
  }

  /// `40 s`, `1 min 35 s`, `3 days`; without a sign.
  static func size(of time: Duration) -> String {
    let seconds = (time.wholeMilliseconds.magnitude + 500) / 1000
    if seconds < 60 { return "\(seconds) s" }
    if seconds < 3600 { return "\(seconds / 60) min \(seconds % 60) s" }
    if seconds < 172_800 { return "\(seconds / 3600) h \(seconds / 60 % 60) min" }
    return "\(seconds / 86400) days"
  }

  /// `1 min 35 s ahead`, `40 s behind`.
  static func offset(_ offset: Duration) -> String { size(of: offset) + (offset < .zero ? " behind" : " ahead") }
}
