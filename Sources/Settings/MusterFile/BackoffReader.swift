import MusterCore
import TaskModel

/// Reads `backoff`: a duration that never grows, or a mapping.
enum BackoffReader {
  private static let range: ClosedRange<Duration> = .zero ... .seconds(86_400)

  /// Nil if the key is absent or, reported, wrong.
  static func read(_ kind: Section) -> Backoff? {
    guard let entry = kind.entry("backoff") else { return nil }
    guard case .mapping = entry.node else {
      return kind.value("backoff", Parse.duration(range)).map {
        Backoff(initial: $0.value, factor: 1, limit: $0.value)
      }
    }
    guard let section = kind.section("backoff") else { return nil }
    section.checkKeys(Schema.backoff)
    var backoff = Backoff()
    if let initial = section.value("initial", Parse.duration(range)) { backoff.initial = initial.value }
    if let factor = section.value("factor", Parse.number(1...100)) { backoff.factor = factor.value }
    if let limit = section.value("limit", Parse.duration(range)) {
      backoff.limit = limit.value
      if limit.value < backoff.initial {
        kind.problems.add(
          limit.source, section.fullName("limit"),
          "the limit is below the first wait of \(DurationText.text(backoff.initial)); raise it or lower initial")
      }
    } else {
      backoff.limit = max(backoff.limit, backoff.initial)
    }
    return backoff
  }
}
