/// Gathers what the checks of one subject find.
struct Findings {
  let subject: CheckSubject
  private(set) var results: [CheckResult] = []

  init(_ subject: CheckSubject) { self.subject = subject }

  mutating func ok(_ kind: CheckKind, _ sentence: String) { results.append(CheckResult(subject, kind, .ok, sentence)) }

  mutating func warn(_ kind: CheckKind, _ sentence: String, cure: String? = nil) {
    results.append(CheckResult(subject, kind, .warning, sentence, cure: cure))
  }

  mutating func problem(_ kind: CheckKind, _ sentence: String, cure: String) {
    results.append(CheckResult(subject, kind, .problem, sentence, cure: cure))
  }

  /// Says that all is well, unless something else was found already.
  mutating func okUnlessFound(_ kind: CheckKind, _ sentence: String) {
    if !results.contains(where: { $0.kind == kind }) { ok(kind, sentence) }
  }
}
