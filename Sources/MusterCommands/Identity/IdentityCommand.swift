import ArgumentParser

/// `muster identity`
struct IdentityCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "identity", abstract: "Who has a certificate here; take certificates back.",
    subcommands: [IdentityList.self, IdentityRevoke.self])
}
