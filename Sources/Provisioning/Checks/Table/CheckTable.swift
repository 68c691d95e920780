/// What all checks of all machines found.
public struct CheckTable: Sendable, Hashable {
  /// The cluster, this machine, then the machines in the order of the inventory.
  public let subjects: [CheckSubject]
  /// In the order of the subjects, then in that of ``CheckKind``. A check may have found several things of one machine.
  public let results: [CheckResult]

  public init(subjects: [CheckSubject], results: [CheckResult]) {
    self.subjects = subjects
    var places: [CheckKind: Int] = [:]
    for (place, kind) in CheckKind.allCases.enumerated() { places[kind] = place }
    // The place in the list keeps several results of one check in the order in which they were found.
    self.results = subjects.flatMap { subject in
      results.enumerated().filter { $0.element.subject == subject }
        .sorted { (places[$0.element.kind] ?? 0, $0.offset) < (places[$1.element.kind] ?? 0, $1.offset) }
        .map(\.element)
    }
  }

  public var problems: [CheckResult] { results.filter { $0.verdict == .problem } }
  public var warnings: [CheckResult] { results.filter { $0.verdict == .warning } }

  /// The worst of what a check found; nil if it is none of this subject, or could not be made.
  public func verdict(of subject: CheckSubject, _ kind: CheckKind) -> CheckVerdict? {
    results.filter { $0.subject == subject && $0.kind == kind }.map(\.verdict).max()
  }
}
