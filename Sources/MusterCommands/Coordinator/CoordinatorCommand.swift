import ArgumentParser

/// `muster coordinator`
struct CoordinatorCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "coordinator", abstract: "Be a coordinator, and ask one how it is.",
    subcommands: [CoordinatorStatus.self, CoordinatorRun.self])
}
