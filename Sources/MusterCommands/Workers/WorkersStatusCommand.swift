import ArgumentParser
import Kubernetes
import Terminal
import WorkerDeployment

/// `muster workers status`
struct WorkersStatusCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Say how the workers are, and why those are not there that are missing.")

  @OptionGroup var workers: WorkersOptions
  @Flag(name: .shortAndLong, help: "Go on, and print again after each change.") var watch = false
  @OptionGroup var output: OutputOptions

  func run() async throws {
    let place = try workers.place()
    let output = output.output
    for remark in place.remarks { output.warning(remark) }
    let watch = WorkersWatch(client: try workers.client(), namespace: place.namespace)
    guard self.watch else {
      return try WorkersStatusView(WorkersStatus(try await watch.now())).print(output)
    }
    for try await situation in watch.situations() {
      let view = WorkersStatusView(WorkersStatus(situation))
      try view.print(output)
      if output.mode == .table { try output.line("") }
    }
  }
}
