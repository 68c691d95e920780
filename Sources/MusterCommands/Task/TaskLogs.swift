import ArgumentParser
import CoordinatorAPI
import Terminal

/// `muster task logs`
struct TaskLogs: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "logs", abstract: "Print what a task's programs wrote to standard error.")

  @Argument(help: "The task's id.") var id: String

  @Flag(name: [.short, .long], help: "Go on until the task ends.")
  var follow = false

  @Option(help: ArgumentHelp("Which attempt. Default: the newest.", valueName: "number"))
  var attempt: UInt32?

  @OptionGroup var coordinator: CoordinatorOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if attempt == 0 { throw ValidationError("Attempts are counted from 1.") }
  }

  private struct View: Encodable {
    let attempt: UInt32
    let dropped: UInt64
    let text: String
  }

  func run() async throws {
    let output = output.output
    let (id, follow, attempt) = (id, follow, attempt)
    try await coordinator.connected { client in
      try await client.logs(of: id, attempt: attempt, follow: follow) { part in
        if output.mode == .json {
          let text = String(decoding: part.text, as: UTF8.self)
          let view = View(attempt: part.attempt, dropped: part.dropped, text: text)
          return try output.renderLine(view, text: "", id: id)
        }
        if part.dropped > 0 { output.note("… \(Format.bytes(part.dropped)) of the log were not kept …") }
        try output.payload(Array(part.text))
      }
    }
  }
}
