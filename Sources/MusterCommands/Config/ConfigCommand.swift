import ArgumentParser

/// `muster config`
struct ConfigCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "config", abstract: "See what is configured.", subcommands: [ConfigShow.self])
}
