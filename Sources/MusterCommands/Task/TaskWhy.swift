import ArgumentParser
import CoordinatorAPI
import Terminal

/// `muster task why`
struct TaskWhy: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "why", abstract: "Say why a task is not running, or what it is doing.")

  @Argument(help: "The task's id.") var id: String
  @OptionGroup var coordinator: CoordinatorOptions
  @OptionGroup var output: OutputOptions

  private struct View: Encodable {
    let id: String
    let state: String
    let why: [ReasonView]
  }

  func run() async throws {
    let id = id
    let detail = try await coordinator.connected { client in try await client.task(id) }
    let output = output.output
    let state = detail.summary.state
    guard output.mode == .table else {
      let view = View(id: id, state: state.word, why: detail.why.map(ReasonView.init))
      return try output.render(view, table: Table([]), ids: detail.why.map(\.code))
    }
    if detail.why.isEmpty { return try output.line("The task is \(state.word).") }
    for reason in detail.why { try output.line(reason.message) }
  }
}
