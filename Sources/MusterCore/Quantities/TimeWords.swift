import Foundation

/// A time in sentences: `2026-11-27 16:31:36 UTC`.
public enum TimeWords {
  public static func utc(_ time: Timestamp) -> String {
    let date = Date(timeIntervalSince1970: Double(time.milliseconds / 1000))
    let text = date.formatted(
      .iso8601.year().month().day().dateSeparator(.dash).dateTimeSeparator(.space).time(
        includingFractionalSeconds: false))
    return "\(text.hasSuffix("Z") ? String(text.dropLast()) : text) UTC"
  }
}
