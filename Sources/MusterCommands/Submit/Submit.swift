import ArgumentParser
import CoordinatorAPI
import MusterCore
import TaskModel
import Terminal

/// `muster submit`
struct Submit: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Hand in one task.",
    discussion: """
      Prints the task's id once the coordinator has it on disk; with --wait prints the result instead, and exits with 1 \
      if the task fails. The same --id and input again is the same task.
      """)

  @Option(help: "What sort of task it is; see 'muster kind list'.")
  var kind: String

  @Option(help: ArgumentHelp("The input itself.", valueName: "text"))
  var input: String?

  @Option(help: ArgumentHelp("A file with the input; - is standard input.", valueName: "file"), completion: .file())
  var inputFile: String?

  @Option(help: "The task's id. Default: the coordinator makes one.")
  var id: String?

  @Option(
    name: .customLong("after"), help: ArgumentHelp("A task that must be done first; may be repeated.", valueName: "id"))
  var dependencies: [String] = []

  @Option(
    help: ArgumentHelp(
      "Over the prover cluster's table, and needed there: the block of the row that is inserted.", valueName: "number"))
  var blockId: Int64?

  @Flag(help: "Wait for the end, and print the result.")
  var wait = false

  @OptionGroup var task: TaskOptions
  @OptionGroup var coordinator: CoordinatorOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    try Submit.check(kind: kind)
    if let id, TaskID(id) == nil { throw ValidationError("The id '\(id)' is not \(TaskID.rule).") }
    for id in dependencies where TaskID(id) == nil {
      throw ValidationError("--after '\(id)' is not the id of a task: \(TaskID.rule).")
    }
    if input != nil, inputFile != nil {
      throw ValidationError("Give the input with --input or with --input-file, not with both.")
    }
    if input == nil, inputFile == nil {
      throw ValidationError("Give the input with --input TEXT, or with --input-file FILE (- is standard input).")
    }
  }

  static func check(kind: String) throws {
    if TaskID(kind) == nil { throw ValidationError("The kind '\(kind)' is not \(TaskID.rule).") }
  }

  func run() async throws {
    var spec = try task.template(kind: kind, now: SystemTime().timestamp())
    spec.id = id ?? ""
    spec.dependsOn = dependencies
    if let blockId { spec.blockID = blockId }
    spec.input = try inputFile.map { try InputFile.read($0) } ?? .init((input ?? "").utf8)
    let sent = spec
    let answers = try await coordinator.connected { client in try await client.submit([sent]) }
    guard let answer = answers.first else {
      throw APIError(.internalError, "the coordinator did not answer for the task; ask with 'muster task list'")
    }
    if answer.hasProblem { throw APIError(.told(answer.problem.code), answer.problem.message) }
    if wait { return try await waitForEnd(of: answer.id) }
    try output.output.render(View(answer), table: table(answer.id), ids: [answer.id])
  }

  private func waitForEnd(of id: String) async throws {
    let output = output.output
    if output.messages.isTerminal { output.note("waiting for task \(id); Ctrl-C leaves it to the coordinator") }
    try await TaskEnding(coordinator: coordinator, output: output).wait(for: id)
  }

  /// The id alone, so that `ID=$(muster submit …)` needs no other mode.
  private func table(_ id: String) -> Table {
    var table = Table([Column("", shrinks: false)])
    table.add([Cell(id)])
    return table
  }

  private struct View: Encodable {
    let id: String
    let state: String
    let existing: Bool

    init(_ answer: Muster_V1_SubmitAnswer) {
      id = answer.id
      state = answer.state.word
      existing = answer.existing
    }
  }
}
