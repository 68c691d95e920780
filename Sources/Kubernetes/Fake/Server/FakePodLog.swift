/// What a pod wrote, each line with a moment of its own.
struct FakePodLog: Sendable {
  private var lines: [(number: Int, text: String)] = []

  /// Lines that were there before keep their moments; the others get later ones than any before.
  ///
  /// - Parameter next: how many lines have been written in the cluster.
  mutating func write(_ text: String, next: inout Int) {
    let new = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    let whole = new.last == "" ? new.dropLast() : new[...]
    let same = zip(lines, whole).prefix { $0.text == $1 }.count
    lines.removeLast(lines.count - same)
    for text in whole.dropFirst(same) {
      lines.append((next, text))
      next += 1
    }
  }

  func text(withTimes: Bool) -> String {
    lines.map { (withTimes ? Self.time($0.number) + " " : "") + $0.text + "\n" }.joined()
  }

  /// All in a few seconds of one day, a microsecond apart.
  private static func time(_ number: Int) -> String {
    let digits = String(number % 1_000_000)
    let second = String(number / 1_000_000 % 60)
    return
      "2026-01-01T00:00:\(second.count < 2 ? "0" : "")\(second).\(String(repeating: "0", count: 6 - digits.count))\(digits)000Z"
  }
}
