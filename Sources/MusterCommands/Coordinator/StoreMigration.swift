import CoordinatorAPI
import MusterCore
import PostgreSQL
import Settings
import TaskModel
import TaskStore
import Terminal

/// Does the work of `muster coordinator migrate`.
struct StoreMigration {
  private let command: CoordinatorMigrate

  init(_ command: CoordinatorMigrate) { self.command = command }

  func run() async throws {
    let from = try place(command.from, flag: "--from")
    let to = try place(command.to, flag: "--to")
    let output = command.output.output
    let leases = try leases()
    let transfer = StoreTransfer(
      from: from, to: to, build: MusterBuild.version,
      leases: { worker, kind in
        // A client of the original protocol: no worker of Muster's own has such a name.
        worker.contains("/") ? leases[kind] ?? KindDefinition(name: kind).lease : nil
      }, progress: show)
    let tally: TransferTally
    do {
      tally = command.dryRun ? try await transfer.survey() : try await transfer.copy()
      CommandContext.current.messages.setLiveLine("")
    } catch {
      CommandContext.current.messages.setLiveLine("")
      throw error
    }
    try output.render(
      StoreMigrationView(from: "\(from)", to: "\(to)", tally: tally, isDryRun: command.dryRun),
      table: StoreMigrationView.table(tally), ids: [tally.checksum])
    if output.mode == .table {
      output.note(
        command.dryRun
          ? "would copy this from \(from) to \(to); nothing was copied"
          : "copied from \(from) to \(to), read back and found the same; now name the new store in 'store'")
    }
  }

  /// Somebody at a terminal sees that it goes on; in a log only the end is of interest.
  @Sendable private func show(_ step: StoreTransfer.Step, _ tasks: Int) {
    let stream = CommandContext.current.messages
    guard stream.isTerminal else { return }
    let verb =
      switch step {
      case .reading: "read"
      case .copying: "copied"
      case .comparing: "read back"
      }
    stream.setLiveLine("\(Format.count(tasks)) tasks \(verb)")
  }

  private func place(_ text: String, flag: String) throws -> StorePlace {
    switch try StoreLocation.parsing(text, flag: flag) {
    case .sqlite(let path):
      let place = EmbeddedPlace(path: path, state: "/")
      return .embedded(folder: place.folder, file: place.file)
    case .postgres(let target): return .postgres(try PostgresTarget(target.reveal()))
    case .proverCluster(let target):
      throw CommandError(
        .badArgument,
        "\(flag): the tasks of prover-cluster+\(target) are rows of the prover cluster's table, which stay where they are; give "
          + "sqlite:PATH or postgres://USER@HOST/DATABASE")
    }
  }

  /// By kind. A prover without heartbeats that has a task goes on for this long.
  private func leases() throws -> [String: Duration] {
    let settings = try CoordinatorSettings.load(
      .ofProcess(configFile: command.file, environment: CommandContext.current.environment, cores: ThisProgram.cores))
    return Dictionary(settings.kinds.map { ($0.name, $0.lease) }, uniquingKeysWith: { $1 })
  }
}
