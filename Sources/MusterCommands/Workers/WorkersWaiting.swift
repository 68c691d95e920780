import ArgumentParser
import Kubernetes
import MusterCore
import Terminal
import WorkerDeployment

/// `--wait`: until all workers are ready, with a line that tells how it goes.
struct WorkersWaiting: ParsableArguments {
  @Flag(help: "Wait until all workers are ready, or say why they are not.") var wait = false

  @Option(help: ArgumentHelp("How long to wait at most.", valueName: "time"))
  var timeout: String = "10m"

  func validate() throws {
    do {
      _ = try DurationText.parse(timeout)
    } catch {
      throw ValidationError("--timeout is '\(timeout)': \(error.message)")
    }
  }

  /// Before something is changed: whether it can be waited for. Does nothing without `--wait`.
  ///
  /// - Throws: ``WorkerDeploymentError`` (`workers_right_missing`).
  func check(_ client: KubernetesClient, _ namespace: String) async throws {
    if wait { try await WorkersWatch(client: client, namespace: namespace).check() }
  }

  /// Does nothing without `--wait`.
  ///
  /// - Parameter endpoint: where the coordinator is, for the cures.
  /// - Throws: ``WorkerDeploymentError`` (`workers_not_ready`) with the reason.
  func wait(_ client: KubernetesClient, _ namespace: String, _ output: Output, endpoint: String? = nil) async throws {
    guard wait else { return }
    let waiter = WorkersWaiter(WorkersWatch(client: client, namespace: namespace), endpoint: endpoint)
    let live = LiveReasons(output)
    defer { live.end() }
    let generation = try await ClusterObserver(client: client, namespace: namespace).deployment()?.metadata.generation
    let situation = try await waiter.wait(limit: try DurationText.parse(timeout), generation: generation ?? 0) {
      live.show($0, $1)
    }
    live.end()
    let count = WorkersStatus(situation).counts.ready
    output.note(count == 1 ? "1 worker is ready" : "all \(count) workers are ready")
  }
}
