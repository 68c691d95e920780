import Kubernetes

/// How far a log was read, by the times of its lines, so that it can be read on from there: a server begins again with the whole
/// second.
struct LogPlace: Sendable, Hashable {
  /// The latest moment of which a line was taken.
  private var latest: Time?
  /// Lines of that moment that were taken.
  private var count = 0
  /// Lines of that moment that have come in this reading.
  private var passed = 0
  /// Whether what comes may have been taken before.
  private var isBehind = false
  /// The line before was taken: its rest, if it is long, is too.
  private var isTaking = true

  /// From when on it is to be read; nil: from its beginning.
  var since: String? { latest?.description }

  /// The log is read anew, from ``since`` on or from earlier.
  mutating func begin() {
    isBehind = latest != nil
    passed = 0
    isTaking = true
  }

  /// - Parameter line: beginning with its time, unless it is the rest of a long one.
  /// - Returns: what was written; nil: it was taken before.
  mutating func take(_ line: String) -> String? {
    guard let space = line.firstIndex(of: " "), let time = try? Time(String(line[..<space])) else {
      return isTaking ? line : nil
    }
    isTaking = isNew(time)
    return isTaking ? String(line[line.index(after: space)...]) : nil
  }

  private mutating func isNew(_ time: Time) -> Bool {
    guard let latest else {
      (self.latest, count) = (time, 1)
      return true
    }
    if latest.isBefore(time) {
      (self.latest, count, isBehind) = (time, 1, false)
      return true
    }
    // Two streams are written into one log, and may have crossed by a little.
    if time.isBefore(latest) { return !isBehind }
    passed += 1
    if isBehind, passed <= count { return false }
    count += 1
    isBehind = false
    return true
  }
}
