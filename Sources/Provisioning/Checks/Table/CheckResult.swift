/// What one check of one machine found.
public struct CheckResult: Sendable, Hashable {
  public var subject: CheckSubject
  public var kind: CheckKind
  public var verdict: CheckVerdict
  /// What was found, one sentence without a full stop.
  public var sentence: String
  /// What to do about it; nil if there is nothing to do.
  public var cure: String?

  public init(
    _ subject: CheckSubject, _ kind: CheckKind, _ verdict: CheckVerdict, _ sentence: String, cure: String? = nil
  ) {
    self.subject = subject
    self.kind = kind
    self.verdict = verdict
    self.sentence = sentence
    self.cure = cure
  }
}
