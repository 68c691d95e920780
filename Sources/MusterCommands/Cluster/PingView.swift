import MusterCore
import Terminal

/// What people and programs see of the answers: a line a machine.
struct PingView {
  struct Line: Encodable {
    let machine: String
    let ok: Bool
    let milliseconds: Int64
    var code: String?
    var message: String?
    var details: [String: String]?

    init(machine: String, answer: PingAnswer) {
      self.machine = machine
      ok = answer.trouble == nil
      milliseconds = answer.took.wholeMilliseconds
      code = answer.trouble?.codeName
      message = answer.trouble?.message
      details = answer.trouble?.details
    }
  }

  let lines: [Line]

  init(_ lines: [Line]) { self.lines = lines }

  var failed: Int { lines.count { !$0.ok } }
  /// The machines that are well.
  var ids: [String] { lines.filter(\.ok).map(\.machine) }

  var table: Table {
    // A reason that is cut off helps nobody.
    var table = Table(
      [
        Column("MACHINE", shrinks: false), "ANSWER", Column("TIME", .right, shrinks: false),
        Column("WHY NOT", shrinks: false),
      ],
      whenEmpty: "the inventory names no machine")
    for line in lines {
      table.add([
        Cell(line.machine), Cell(line.ok ? "OK" : "FAILED", style: line.ok ? .good : .bad),
        Cell("\(line.milliseconds) ms"), Cell(line.message ?? ""),
      ])
    }
    return table
  }
}
