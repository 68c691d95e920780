import MusterCore
import Terminal

/// Times of the protocol, milliseconds since 1970 with 0 for "not yet", as people read them.
enum TimeText {
  static func ago(_ milliseconds: Int64, now: Timestamp) -> String {
    milliseconds == 0 ? "-" : Format.ago(now - Timestamp(milliseconds: milliseconds))
  }

  static func between(_ start: Int64, _ end: Int64) -> String {
    start == 0 || end == 0 ? "-" : Format.duration(.milliseconds(max(end - start, 0)))
  }

  /// Nil for "not yet", so that it is left out of JSON.
  static func known(_ milliseconds: Int64) -> Int64? { milliseconds == 0 ? nil : milliseconds }
}
