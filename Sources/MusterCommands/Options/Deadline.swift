import MusterCore

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A moment as people give it: some time from now, or a date with a time and a zone.
enum Deadline {
  /// - Throws: ``CommandError`` (`bad_argument`).
  static func parse(_ text: String, now: Timestamp) throws -> Timestamp {
    if let duration = try? DurationText.parse(text) { return now + duration }
    if let date = try? Date(text, strategy: .iso8601) {
      return Timestamp(milliseconds: Int64(date.timeIntervalSince1970 * 1000))
    }
    throw CommandError(
      .badArgument,
      "the deadline '\(text)' is neither a time from now, such as 90s or 2h, nor a moment such as 2026-05-01T12:00:00Z")
  }
}
