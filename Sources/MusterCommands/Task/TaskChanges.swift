import CoordinatorAPI
import Terminal

/// Prints what became of a cancel or a retry.
struct TaskChanges {
  private let answers: [Muster_V1_ChangeAnswer]
  private let changed: String
  private let unchanged: String

  /// - Parameters:
  ///   - changed: the words for a task that was changed.
  ///   - unchanged: the words before the state of one that was not.
  init(_ answers: [Muster_V1_ChangeAnswer], changed: String, unchanged: String) {
    self.answers = answers
    self.changed = changed
    self.unchanged = unchanged
  }

  private struct View: Encodable {
    let id: String
    let state: String?
    let changed: Bool
    let error: ReasonView?

    init(_ answer: Muster_V1_ChangeAnswer) {
      id = answer.id
      state = answer.hasProblem ? nil : answer.state.word
      changed = answer.changed
      error = answer.hasProblem ? ReasonView(answer.problem) : nil
    }
  }

  /// - Throws: ``APIError`` for the first task that could not be, after all are printed.
  func print(_ output: Output) throws {
    var table = Table([Column("ID", shrinks: false), "RESULT"])
    for answer in answers {
      let text: Cell =
        answer.hasProblem
        ? Cell(answer.problem.message, style: .bad)
        : answer.changed ? Cell(changed, style: .good) : "\(unchanged) \(answer.state.word)"
      table.add([Cell(answer.id), text])
    }
    try output.render(answers.map(View.init), table: table, ids: answers.filter(\.changed).map(\.id))
    let problems = answers.filter(\.hasProblem)
    guard let first = problems.first else { return }
    throw APIError(
      .told(first.problem.code),
      problems.count == 1
        ? first.problem.message : "\(problems.count) of \(answers.count) tasks could not be: \(first.problem.message)")
  }
}
