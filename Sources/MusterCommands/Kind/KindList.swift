import ArgumentParser
import CoordinatorAPI
import Terminal

/// `muster kind list`
struct KindList: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the kinds that the coordinator knows, and who serves them.")

  @OptionGroup var coordinator: CoordinatorOptions
  @OptionGroup var output: OutputOptions

  func run() async throws {
    let kinds = try await coordinator.connected { client in try await client.kinds() }
    try output.output.render(kinds.map(KindView.init), table: KindList.table(kinds), ids: kinds.map(\.name))
  }

  static func table(_ kinds: [Muster_V1_KindSummary]) -> Table {
    var table = Table(
      [
        Column("NAME", shrinks: false), Column("WORKERS", .right), Column("OPEN", .right), Column("DONE", .right),
        Column("FAILED", .right), "NEEDS", "TIMEOUT", Column("ATTEMPTS", .right), "VERIFIED", "EXECUTOR",
      ], whenEmpty: "no kinds; define some in the coordinator's configuration, see docs/executors.md")
    for kind in kinds {
      let open = ["waiting", "queued", "running", "verifying"].reduce(0) { $0 + (kind.byState[$1] ?? 0) }
      table.add([
        Cell(kind.name), Cell("\(kind.workers)", style: kind.workers == 0 ? .attention : .plain),
        Cell(Format.count(open)), Cell(Format.count(kind.byState["done"] ?? 0)),
        Cell(Format.count(kind.byState["failed"] ?? 0)), Cell(NeedsText.of(kind.slots, kind.memory, kind.gpus)),
        Cell(
          kind.timeoutMilliseconds == 0
            ? "none" : Format.duration(.milliseconds(Int64(clamping: kind.timeoutMilliseconds)))),
        "\(kind.maxAttempts)", Cell(kind.verified ? "yes" : "no"),
        Cell(
          kind.programs.isEmpty
            ? "the workers' own" : kind.programs.map { $0.joined(separator: " ") }.joined(separator: "; ")),
      ])
    }
    return table
  }
}
