import Kubernetes
import Logging
import MusterCore
import Synchronization

/// A pool as its cluster has it: the number is asked for at each look, the pods are watched.
///
/// A thousand pods are read once and not at each look. That the server still answers is known from the number; a watch that
/// has died unnoticed is found dead by its own limits.
final class PoolWatch: Sendable {
  private struct State {
    var selector: String?
    var cache: ResourceCache<PoolReport.Pod>?
    var task: Task<Void, Never>?
    var problem: (any Error)?
  }

  let pool: AutoscalePool
  private let client: KubernetesClient
  private let logger: Logger
  private let state = Mutex(State())

  init(_ pool: AutoscalePool, client: KubernetesClient, logger: Logger) {
    self.pool = pool
    self.client = client
    self.logger = logger
  }

  /// - Returns: nil if there is no such deployment.
  /// - Throws: `KubernetesError`; ``WorkerDeploymentError`` (`notReady`) while the pods are being listed.
  func look() async throws -> PoolReport? {
    let scale: Scale
    do {
      scale = try await client.resources(Deployment.self, in: pool.namespace).scale(pool.deployment)
    } catch let error as KubernetesError where error.isNotFound {
      stop()
      return nil
    }
    guard let selector = scale.status?.selector, !selector.isEmpty else {
      // Without one, all pods of the namespace would be taken for workers.
      throw WorkerDeploymentError(
        .notReady,
        "deployment '\(pool.deployment)' in namespace '\(pool.namespace)' does not say yet which pods are its own")
    }
    try await follow(selector)
    return PoolReport(wanted: scale.spec?.replicas ?? 0, pods: pods)
  }

  /// As they are known at the moment.
  var pods: [PoolReport.Pod] {
    let cache = state.withLock { $0.cache }
    return cache?.snapshot().values.sorted { $0.name < $1.name } ?? []
  }

  func stop() {
    state.withLock { state in
      state.task?.cancel()
      state = State()
    }
  }

  /// Sees to it that pods of this selector are watched, and waits for the first list.
  private func follow(_ selector: String) async throws {
    let problem = state.withLock { state -> (any Error)? in
      if let problem = state.problem {
        // Told once, and tried anew at the next look.
        state = State()
        return problem
      }
      guard state.selector != selector else { return nil }
      state.task?.cancel()
      let cache = ResourceCache<PoolReport.Pod>(
        client.resources(AutoscaledPod.self, of: Pod.resource, in: pool.namespace),
        ListOptions(labelSelector: selector), logger: logger
      ) { $0.report }
      state.selector = selector
      state.cache = cache
      state.task = Task { [weak self] in
        do {
          try await cache.run()
        } catch is CancellationError {
        } catch {
          self?.state.withLock { $0.problem = error }
        }
      }
      return nil
    }
    if let problem { throw problem }
    try await state.withLock { $0.cache }?.waitForSync()
  }
}
