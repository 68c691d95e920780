import ArgumentParser
import CoordinatorAPI

/// `muster worker resume`
struct WorkerResume: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "resume", abstract: "Hand a worker tasks again that was set aside.")

  @Argument(help: "The worker's name.") var name: String
  @OptionGroup var coordinator: CoordinatorOptions
  @OptionGroup var output: OutputOptions

  func run() async throws {
    let name = name
    let worker = try await coordinator.connected { client in try await client.resumeWorker(name) }
    try WorkerShow.print(worker, output.output)
  }
}
