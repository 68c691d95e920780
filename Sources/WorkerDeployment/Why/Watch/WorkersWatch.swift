import Kubernetes
import Logging
import MusterCore

/// Follows a namespace's workers, and the nodes that they could run on.
///
/// It asks for what the user may see: without the right to read nodes or the pods of other namespaces it goes on with less,
/// and says so in ``WorkersSituation/unseen``. It changes nothing.
public struct WorkersWatch: Sendable {
  let client: KubernetesClient
  let namespace: String
  let time: any Timekeeper
  let settings: WatchSettings
  let logger: Logger?
  /// How long changes are gathered before they are told as one.
  let pause: Duration

  public init(
    client: KubernetesClient, namespace: String, time: any Timekeeper = SystemTime(),
    settings: WatchSettings = WatchSettings(), logger: Logger? = nil, pause: Duration = .milliseconds(200)
  ) {
    self.client = client
    self.namespace = namespace
    self.time = time
    self.settings = settings
    self.logger = logger
    self.pause = pause
  }

  /// Asks for the rights without which nothing can be followed, so that who lacks one is told before something is changed.
  ///
  /// - Throws: ``WorkerDeploymentError`` (`forbidden`): one sentence with all that is missing; `KubernetesError`.
  public func check() async throws {
    try await ClusterObserver(client: client, namespace: namespace).check(WorkersRights.following(in: namespace))
  }

  /// The situation as soon as all is known, and again after each change; each iteration is a watch of its own.
  ///
  /// A reader that is slow gets the newest and misses what was between. The sequence ends when its task is cancelled.
  /// - Throws: when it is read: `KubernetesError` for what is refused from the first, so that nothing can be known.
  public func situations() -> AsyncThrowingStream<WorkersSituation, any Error> {
    AsyncThrowingStream(bufferingPolicy: .bufferingNewest(1)) { continuation in
      let task = Task {
        do {
          try await WatchRun(self).run { continuation.yield($0) }
          continuation.finish()
        } catch is CancellationError {
          continuation.finish()
        } catch {
          continuation.finish(throwing: error)
        }
      }
      continuation.onTermination = { _ in task.cancel() }
    }
  }

  /// The situation as it is now, read once; logs of crashed workers are not waited for.
  ///
  /// - Throws: `KubernetesError`, `CancellationError`.
  public func now() async throws -> WorkersSituation {
    for try await situation in situations() { return situation }
    throw CancellationError()
  }
}
