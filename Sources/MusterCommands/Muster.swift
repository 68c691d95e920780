import ArgumentParser
import CoordinatorAPI

/// The root of the command line.
public struct Muster: AsyncParsableCommand {
  public static let configuration = CommandConfiguration(
    commandName: "muster",
    abstract: "Bring machines together into one compute cluster and feed it heavy tasks.",
    discussion: """
      Start a coordinator and workers on this machine with 'muster up', then hand in work with 'muster submit' or \
      'muster run'.

      Exit status: 0 success, 1 failure (or a task that was waited for failed), 64 a wrong command line, 130 detached \
      from a batch, or stopped, by Ctrl-C.
      """,
    version: VersionText.line,
    groupedSubcommands: [
      CommandGroup(name: "Work", subcommands: [Submit.self, Run.self, TaskCommand.self]),
      CommandGroup(
        name: "Cluster",
        subcommands: [Up.self, CoordinatorCommand.self, WorkerCommand.self, WorkersCommand.self, KindCommand.self]),
      CommandGroup(name: "Machines", subcommands: [ClusterCommand.self, InventoryCommand.self]),
      CommandGroup(name: "Images", subcommands: [ImageCommand.self]),
      CommandGroup(
        name: "Trust", subcommands: [LoginCommand.self, WhoAmI.self, TokenCommand.self, IdentityCommand.self]),
      CommandGroup(name: "Program", subcommands: [ConfigCommand.self, VersionCommand.self]),
    ])

  public init() {}
}
