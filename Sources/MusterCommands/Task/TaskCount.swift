import ArgumentParser
import CoordinatorAPI
import Terminal

/// `muster task count`
struct TaskCount: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "count", abstract: "Count tasks by kind and state.")

  @Option(help: "Only this kind.")
  var kind: String?

  @OptionGroup var coordinator: CoordinatorOptions
  @OptionGroup var output: OutputOptions

  func run() async throws { try await TaskCount.print(coordinator, output.output, kind: kind) }

  private struct View: Encodable {
    let kind: String
    let total: UInt64
    let states: [String: UInt64]
  }

  private static let states = ["waiting", "queued", "running", "verifying", "done", "failed", "cancelled"]

  static func print(_ coordinator: CoordinatorOptions, _ output: Output, kind: String?) async throws {
    let all = try await coordinator.connected { client in try await client.counts() }
    let counts = all.filter { kind == nil || $0.kind == kind }
    let views = counts.map { count in
      View(
        kind: count.kind, total: count.byState.values.reduce(0, +),
        states: Dictionary(uniqueKeysWithValues: states.map { ($0, count.byState[$0] ?? 0) }))
    }
    var table = Table(
      ["KIND"] + states.map { Column($0.uppercased(), .right) } + [Column("TOTAL", .right)], whenEmpty: "no tasks")
    for view in views {
      table.add(
        [Cell(view.kind)] + states.map { Cell(Format.count(view.states[$0] ?? 0)) } + [Cell(Format.count(view.total))])
    }
    if views.count > 1 {
      let sums = states.map { state in views.reduce(0) { $0 + ($1.states[state] ?? 0) } }
      table.add(
        [Cell("all kinds", style: .faint)] + sums.map { Cell(Format.count($0)) }
          + [Cell(Format.count(sums.reduce(0, +)))])
    }
    try output.render(views, table: table, ids: counts.map(\.kind))
  }
}
