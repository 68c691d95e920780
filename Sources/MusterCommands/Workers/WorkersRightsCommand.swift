import ArgumentParser
import Kubernetes
import Terminal
import WorkerDeployment

extension WorkerDeployment.WorkersCommand: ExpressibleByArgument {}

/// `muster workers rights`
struct WorkersRightsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rights", abstract: "Print the Role that somebody needs for commands of this group, as YAML.",
    discussion: """
      No more than the commands ask for; bind it with a RoleBinding. The ClusterRole that is printed with it lets nodes be \
      read: without it everything works, and nothing is said about nodes.
      """)

  @OptionGroup var workers: WorkersOptions
  @Option(
    name: .customLong("for"), parsing: .upToNextOption,
    help: ArgumentHelp("Only for these commands. Default: all.", valueName: "command"))
  var commands: [WorkerDeployment.WorkersCommand] = []
  @Option(help: ArgumentHelp("What they are called.", valueName: "name")) var name = "muster-workers"

  func run() async throws {
    let place = try workers.place()
    let abilities = try await ClusterObserver(client: try workers.client(), namespace: place.namespace).abilities()
    let chosen = commands.isEmpty ? WorkerDeployment.WorkersCommand.allCases : commands
    let role = WorkersRights.role(name, for: chosen, in: place.namespace, abilities)
    let objects = [
      try DynamicObject(encoding: role), try DynamicObject(encoding: WorkersRights.nodeReader("\(name)-nodes")),
    ]
    let output = Output(results: CommandContext.current.results, messages: CommandContext.current.messages)
    try output.payload(Array(try Manifests.yaml(objects).utf8))
  }
}
