import ArgumentParser
import CoordinatorAPI
import MusterCore
import Terminal

/// `muster worker release`
struct WorkerRelease: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "release", abstract: "Have workers connect anew, to wherever their coordinator's address leads now.",
    discussion: """
      For when the address of a coordinator was pointed elsewhere: connections that are there do not notice. What a worker runs \
      goes on. At a coordinator over the same store it goes along; before a worker goes to one over another store it finishes \
      and reports here what it runs.
      """)

  @Argument(help: "The workers' names; they may be connected to another coordinator over the same store.")
  var names: [String] = []

  @Flag(help: "All workers that are connected to the coordinator that is asked.")
  var all = false

  @OptionGroup var coordinator: CoordinatorOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if names.isEmpty != all { throw ValidationError("Name workers, or give --all.") }
  }

  func run() async throws {
    let (names, all) = (names, all)
    let answers = try await coordinator.connected { try await $0.releaseWorkers(names, all: all) }
    let released = answers.filter { !$0.hasProblem }
    var table = Table(
      [Column("NAME", shrinks: false), "RELEASE"],
      whenEmpty: all ? "no workers are connected to this coordinator" : nil)
    for answer in answers {
      table.add([Cell(answer.name), Cell(answer.words, style: answer.hasProblem ? .bad : .good)])
    }
    try output.output.render(answers.map(View.init), table: table, ids: released.map(\.name))
    if let answer = answers.first(where: \.hasProblem) {
      throw APIError(.notFound, answer.problem.message, details: ["name": answer.name])
    }
  }

  private struct View: Encodable {
    let name: String
    let release: String?
    let problem: String?

    init(_ answer: Muster_V1_ReleaseAnswer) {
      name = answer.name
      release = answer.word
      problem = answer.hasProblem ? answer.problem.message : nil
    }
  }
}

extension Muster_V1_ReleaseAnswer {
  fileprivate var word: String? {
    switch release {
    case .asked: "asked"
    case .closed: "closed"
    case .passedOn: "passed_on"
    case .unspecified, .UNRECOGNIZED: nil
    }
  }

  fileprivate var words: String {
    switch release {
    case .asked: "asked to connect anew"
    case .closed: "its stream was closed, and it connects again by itself"
    case .passedOn: "passed on to the coordinator that has it"
    case .unspecified, .UNRECOGNIZED: hasProblem ? problem.message : "released"
    }
  }
}
