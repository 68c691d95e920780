/// One reason why workers do not run: what is the matter, with how many, and what to do.
public struct Reason: Sendable, Hashable, Encodable {
  public var cause: Cause
  /// How many workers it keeps from working; of a hint, how many nodes it is about.
  public var count: Int
  /// What is the matter, as a part of a sentence.
  public var what: String
  /// What to do, as a part of a sentence; nil: nothing but wait.
  public var cure: String?
  /// The pods that it is about, by name. Empty when they are not made at all.
  public var pods: [String]
  /// The last lines of a crashed worker's log, cleaned of control characters.
  public var log: [String]

  public init(
    _ cause: Cause, count: Int, _ what: String, cure: String? = nil, pods: [String] = [], log: [String] = []
  ) {
    self.cause = cause
    self.count = count
    self.what = what
    self.cure = cure
    self.pods = pods
    self.log = log
  }

  /// The whole in one sentence: `2 of 3 workers wait for a node: …; label nodes with …`.
  public var sentence: String { cure.map { "\(what); \($0)" } ?? what }
}
