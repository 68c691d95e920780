import ArgumentParser

/// `muster token`
struct TokenCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "token", abstract: "Let workers, people and programs in.",
    subcommands: [TokenCreate.self, TokenList.self, TokenRevoke.self])
}
