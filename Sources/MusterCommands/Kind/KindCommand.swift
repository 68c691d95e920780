import ArgumentParser

/// `muster kind`
struct KindCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "kind", abstract: "Look at kinds of tasks and try them.",
    subcommands: [KindList.self, KindCheck.self])
}
