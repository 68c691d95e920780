import ArgumentParser
import CoordinatorAPI
import MusterCore
import Terminal

/// `muster task adopt`
struct TaskAdopt: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "adopt", abstract: "Take rows of the prover cluster's table that others left in the middle.",
    discussion: """
      Rows that are 'proving' without this cluster's doing are left alone, for another program may be at work on them. \
      This sets those to 'inited' that nobody has written to for a while, and so they are proved here. 'muster coordinator \
      status' says whether there are any.
      """)

  @Option(help: ArgumentHelp("How long nobody must have written to a row: 30m, 1h, 2d.", valueName: "time"))
  var olderThan: String

  @OptionGroup var coordinator: CoordinatorOptions
  @OptionGroup var output: OutputOptions

  private struct View: Encodable { let adopted: UInt64 }

  func validate() throws { _ = try age() }

  private func age() throws -> Duration {
    do {
      return try DurationText.parse(olderThan)
    } catch let error as any CodedError {
      throw ValidationError("--older-than: \(error.message)")
    }
  }

  func run() async throws {
    let age = try age()
    let adopted = try await coordinator.connected { client in try await client.adoptRows(olderThan: age) }
    try output.output.render(
      View(adopted: adopted), table: Table(facts: [("adopted", Cell("\(adopted) rows"))]), ids: ["\(adopted)"])
  }
}
