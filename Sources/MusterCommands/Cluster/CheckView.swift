import Provisioning
import Terminal

/// What people and programs see of the checks: a line for each thing that was found.
struct CheckView {
  struct Line: Encodable {
    let machine: String
    let check: String
    let verdict: String
    let found: String
    let cure: String?

    init(_ result: CheckResult) {
      machine = result.subject.name
      check = result.kind.name
      verdict = result.verdict.rawValue
      found = result.sentence
      cure = result.cure
    }
  }

  let checks: CheckTable
  /// Whether what is well is shown too.
  let showsAll: Bool

  var lines: [Line] { checks.results.map(Line.init) }
  /// The machines with a problem.
  var ids: [String] {
    checks.subjects.filter { subject in checks.problems.contains { $0.subject == subject } }.map(\.name)
  }

  var table: Table {
    // A cure that is cut off helps nobody.
    var table = Table(
      [
        Column("MACHINE", shrinks: false), Column("CHECK", shrinks: false), Column("", shrinks: false),
        Column("FOUND", shrinks: false),
      ], whenEmpty: "nothing is wrong")
    for result in checks.results where showsAll || result.verdict != .ok {
      let (word, style): (String, Style) =
        switch result.verdict {
        case .ok: ("ok", .good)
        case .warning: ("warning", .attention)
        case .problem: ("PROBLEM", .bad)
        }
      let cure = result.cure.map { "; \($0)" } ?? ""
      table.add([
        Cell(result.subject.name), Cell(result.kind.name), Cell(word, style: style), Cell(result.sentence + cure),
      ])
    }
    return table
  }

  /// `92 checks of 3 machines: 1 problem, 2 warnings`.
  var summary: String {
    let machines = checks.subjects.count {
      if case .machine = $0 { true } else { false }
    }
    return
      "\(count(checks.results.count, "check")) of \(count(machines, "machine")): "
      + "\(count(checks.problems.count, "problem")), \(count(checks.warnings.count, "warning"))"
  }

  private func count(_ number: Int, _ word: String) -> String { "\(number) \(word)\(number == 1 ? "" : "s")" }
}
