import ArgumentParser
import CoordinatorAPI

/// `muster task retry`
struct TaskRetry: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "retry", abstract: "Queue failed and cancelled tasks again, with fresh attempts.",
    discussion: "Tasks that failed only because they depend on one of these are queued again with it.")

  @Argument(help: "The tasks' ids; - reads them from standard input, one a line.") var ids: [String]
  @OptionGroup var coordinator: CoordinatorOptions
  @OptionGroup var output: OutputOptions

  func run() async throws {
    let ids = try IDList.expand(ids)
    let answers = try await coordinator.connected { client in try await client.retry(ids) }
    try TaskChanges(answers, changed: "queued again", unchanged: "still").print(output.output)
  }
}
