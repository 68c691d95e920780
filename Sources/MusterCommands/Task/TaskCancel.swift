import ArgumentParser
import CoordinatorAPI

/// `muster task cancel`
struct TaskCancel: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cancel", abstract: "Cancel tasks; what runs is stopped.",
    discussion: "A task that has ended already keeps its end, and the command says which.")

  @Argument(help: "The tasks' ids; - reads them from standard input, one a line.") var ids: [String]
  @OptionGroup var coordinator: CoordinatorOptions
  @OptionGroup var output: OutputOptions

  func run() async throws {
    let ids = try IDList.expand(ids)
    let answers = try await coordinator.connected { client in try await client.cancel(ids) }
    try TaskChanges(answers, changed: "cancelled", unchanged: "already").print(output.output)
  }
}
