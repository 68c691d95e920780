import ArgumentParser
import CoordinatorAPI
import MusterCore
import Terminal

/// `muster run`
struct Run: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Bring a batch through: one task for each line of a file, one line of results for each task.",
    discussion: """
      Every line of the inputs is one task's input, as it stands; empty lines are passed over. Results come in the order \
      of completion, each with the number of its line.

      Run the same command again to go on after an interruption: what the output holds is not done again. Ctrl-C \
      detaches (the batch goes on); Ctrl-C twice cancels its tasks. Exit status: 0 all done, 1 some were not, 130 detached.
      """)

  @Option(help: "What sort of tasks they are; see 'muster kind list'.")
  var kind: String

  @Option(
    help: ArgumentHelp("A file with one input a line; - is standard input.", valueName: "file"), completion: .file())
  var inputs: String

  @Option(
    name: .customLong("output"),
    help: ArgumentHelp("Where the results go, one JSON object a line; - is standard output.", valueName: "file"),
    completion: .file())
  var results: String

  @Option(
    help: ArgumentHelp(
      "The batch's name: the same name, line and input are the same task. Default: from the kind and the path of the inputs.",
      valueName: "name"))
  var name: String?

  @Flag(help: "Queue tasks again that failed or were cancelled in an earlier run.")
  var retry = false

  @Flag(name: [.short, .long], help: "Show no progress.")
  var quiet = false

  @OptionGroup var task: TaskOptions
  @OptionGroup var coordinator: CoordinatorOptions

  func validate() throws {
    try Submit.check(kind: kind)
    if let name, name.isEmpty { throw ValidationError("--name is empty; give a word, or leave it out.") }
    if inputs != "-", inputs == results {
      throw ValidationError("--inputs and --output are the same file '\(inputs)'; give another for the results.")
    }
  }

  func run() async throws {
    let context = CommandContext.current
    let output = Output(mode: quiet ? .quiet : .table, results: context.results, messages: context.messages)
    try await BatchSession(self, output: output).run()
  }
}
