/// What the ledger of blame wants done about a worker and a kind.
public struct Sanction: Sendable, Hashable {
  public let worker: String
  public let kind: String
  /// How the worker is treated from now on; nil: as any other.
  public let rule: SetAsideRule?
  /// One sentence that goes on from the worker's name: "2 of its results … were found invalid".
  public let reason: String

  public init(worker: String, kind: String, rule: SetAsideRule?, reason: String) {
    self.worker = worker
    self.kind = kind
    self.rule = rule
    self.reason = reason
  }
}
