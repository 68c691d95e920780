import ArgumentParser
import CoordinatorAPI
import Kubernetes
import Terminal
import WorkerDeployment

/// Where a cluster of workers is: what every command of `muster workers` takes.
///
/// The names and forms of all values are those of docs/workers-values.md.
struct WorkersOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("The values file. Default: workers.yaml if there is one.", valueName: "file"),
    completion: .file())
  var values: String?

  @Option(help: ArgumentHelp("The namespace of the workers. Default: CLUSTER_NS.", valueName: "name"))
  var namespace: String?

  @Option(
    help: ArgumentHelp(
      "The kubeconfig. Default: KUBECONFIG, then ~/.kube/config, then a pod's own.", valueName: "file"),
    completion: .file())
  var kubeconfig: String?

  @Option(help: ArgumentHelp("The kubeconfig's context. Default: its current one.", valueName: "name"))
  var context: String?

  /// What values are made from, without a commit of git.
  ///
  /// - Parameter more: what further flags say, under the names of the values file.
  /// - Throws: ``WorkerDeploymentError`` if the values file cannot be read.
  func input(_ more: [String: String] = [:]) throws -> WorkerValuesInput {
    var flags = more
    flags["namespace"] = namespace
    return WorkerValuesInput(
      environment: CommandContext.current.environment, file: try WorkerValuesInput.File.read(values), flags: flags)
  }

  /// The namespace alone: what commands need that deploy nothing.
  ///
  /// - Throws: ``WorkerDeploymentError``.
  func place() throws -> WorkersPlace { try WorkersPlace.resolve(try input()) }

  /// The same; its warnings are said.
  func place(telling output: Output) throws -> WorkersPlace {
    let place = try place()
    for remark in place.remarks { output.warning(remark) }
    return place
  }

  /// A client of the cluster that the options name. Nobody is asked anything yet.
  ///
  /// - Throws: ``KubernetesError`` (`badConfiguration`): a sentence with file, context and field.
  func client() throws -> KubernetesClient {
    let configuration = try ClientConfiguration.load(
      context: context, kubeconfig: kubeconfig, environment: CommandContext.current.environment)
    return KubernetesClient(
      configuration: configuration, behaviour: ClientBehaviour(userAgent: "muster/\(MusterBuild.version)"))
  }
}
