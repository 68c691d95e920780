import ArgumentParser
import WorkerDeployment

/// What a cluster of workers is to be: the flags of `muster workers plan` and `deploy`. Each beats its variable and the
/// values file; forms and defaults are those of docs/workers-values.md.
struct WorkersValueOptions: ParsableArguments {
  @OptionGroup var place: WorkersOptions
  @OptionGroup(title: "The image") var image: WorkersImageOptions
  @OptionGroup(title: "The pods") var pods: WorkersPodOptions

  @Option(
    help: ArgumentHelp("The name of this deployment. Default: STAGE, then the short git commit.", valueName: "name"))
  var stage: String?

  @Option(help: ArgumentHelp("The pods' label app. Default: CLUSTER_DEPLOYNAME, then cli-STAGE.", valueName: "name"))
  var deployName: String?

  @Option(help: ArgumentHelp("How many workers. Default: CLIENT_REPLICAS, then 2.", valueName: "count"))
  var replicas: String?

  @Option(help: ArgumentHelp("The kind that they serve. Default: CIRCUIT, then block.", valueName: "kind"))
  var circuit: String?

  @Option(
    help: ArgumentHelp(
      "The coordinator's machine: an IP address or a name, with a port or without. Default: COORDINATOR_EP.",
      valueName: "host[:port]"))
  var coordinator: String?

  @Option(help: ArgumentHelp("Its port. Default: COORDINATOR_PORT, then 50055.", valueName: "port"))
  var coordinatorPort: String?

  @Option(
    help: ArgumentHelp(
      "A URL that workers use instead of the service in the cluster. Default: COORDINATOR_SERV.", valueName: "url"))
  var upstream: String?

  @Option(
    name: .customLong("protocol"),
    help: ArgumentHelp("What workers speak: muster or original. Default: muster.", valueName: "protocol"))
  var wire: String?

  @Option(
    help: ArgumentHelp(
      "A file with the token with which workers get their certificates. Default: MUSTER_JOIN_TOKEN holds one.",
      valueName: "file"), completion: .file())
  var joinTokenFile: String?

  @Option(help: ArgumentHelp("More of muster.yaml for the workers.", valueName: "file"), completion: .file())
  var workerFile: String?

  @Option(
    help: ArgumentHelp("client.yaml for workers of the original protocol.", valueName: "file"), completion: .file())
  var clientFile: String?

  /// Under the names of the values file.
  private var flags: [String: String] {
    get throws {
      var flags = [
        "stage": stage, "deployName": deployName, "replicas": replicas, "circuit": circuit, "coordinator": coordinator,
        "coordinatorPort": coordinatorPort, "upstream": upstream, "protocol": wire, "joinTokenFile": joinTokenFile,
        "workerFile": workerFile, "clientFile": clientFile,
      ].compactMapValues(\.self)
      flags.merge(image.flags) { $1 }
      flags.merge(try pods.flags) { $1 }
      return flags
    }
  }

  /// Flags over variables over the values file over defaults; git in the working directory is asked for a stage if nobody
  /// names one.
  ///
  /// - Throws: ``WorkerDeploymentError`` with everything that is wrong; ``CommandError`` for a flag of another form.
  func resolve() async throws -> ResolvedWorkers {
    var input = try place.input(try flags)
    if try !input.namesStage() {
      input.stage = try await Stage.find(in: ".", environment: CommandContext.current.environment)
    }
    return try WorkerValues.resolve(input)
  }
}
