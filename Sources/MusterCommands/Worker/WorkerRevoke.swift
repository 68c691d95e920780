import ArgumentParser

/// `muster worker revoke`
struct WorkerRevoke: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "revoke", abstract: "Take back a worker's certificates, at once.",
    discussion:
      "Its connections are cut and what it holds goes to others. A new token lets a worker of that name join again.")

  @Argument(help: "The worker's name.") var name: String
  @OptionGroup var coordinator: CoordinatorOptions
  @OptionGroup var output: OutputOptions

  func run() async throws { try await IdentityRevoke.revoke(name, isWorker: true, coordinator, output.output) }
}
