import ArgumentParser
import CoordinatorAPI

/// `muster worker drain`
struct WorkerDrain: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "drain", abstract: "Hand a worker nothing more; what it runs is finished first.")

  @Argument(help: "The worker's name.") var name: String
  @OptionGroup var coordinator: CoordinatorOptions
  @OptionGroup var output: OutputOptions

  func run() async throws {
    let name = name
    let worker = try await coordinator.connected { client in try await client.drainWorker(name) }
    try WorkerShow.print(worker, output.output)
  }
}
