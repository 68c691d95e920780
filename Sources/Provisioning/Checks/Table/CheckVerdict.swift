/// What came out of a check; worse ones are greater.
public enum CheckVerdict: String, Sendable, Hashable, Comparable, CaseIterable {
  case ok
  /// A cluster can be made, and something may be missed.
  case warning
  /// No cluster is made before it is cured.
  case problem

  public static func < (a: CheckVerdict, b: CheckVerdict) -> Bool { a.rank < b.rank }

  private var rank: Int {
    switch self {
    case .ok: 0
    case .warning: 1
    case .problem: 2
    }
  }
}
