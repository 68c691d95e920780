import ArgumentParser

/// `muster coordinator`
struct CoordinatorCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "coordinator", abstract: "Be a coordinator, ask one how it is, and look after its store.",
    subcommands: [
      CoordinatorStatus.self, CoordinatorInit.self, CoordinatorRun.self, CoordinatorBackup.self,
      CoordinatorMigrate.self,
    ])
}
