import Kubernetes
import Logging
import MusterCore

/// Carries a decision about one pool out. Each step can be repeated, and whoever comes next after a crash finds from the
/// pods' marks and the coordinator's word what was begun.
struct AutoscaleCarrier: Sendable {
  let client: KubernetesClient
  let observer: any AutoscaleObserver
  /// The server's ReplicaSets go by the pods' deletion cost: from 1.22 on.
  let honoursCost: Bool
  let logger: Logger

  /// How long a server is waited for that is to replace a deleted pod, or to delete one.
  private static let patience: Duration = .seconds(5)

  /// - Parameter watch: the pods as they are while this goes on.
  /// - Throws: what a call throws; what was done until then stays, and the next decision goes on from there.
  func carryOut(_ part: AutoscaleDecision.Pool, _ watch: PoolWatch) async throws {
    let pool = watch.pool
    for worker in part.unmark { try await mark(worker, pool, isLeaving: false) }
    if part.desired < part.wanted {
      try await lower(part, watch)
    } else if part.desired > part.wanted {
      try await set(part.desired, insteadOf: part.wanted, pool)
    }
  }

  private func lower(_ part: AutoscaleDecision.Pool, _ watch: PoolWatch) async throws {
    let pool = watch.pool
    var desired = part.desired
    var leaving: Set<String> = []
    // One that has become a worker since it was looked at may have got a task, and stays. The others are not ready, and so go
    // first on every server.
    let awake = Set(watch.pods.filter(\.isReady).map(\.name))
    desired += part.withdraw.count { awake.contains($0) }
    for worker in part.release {
      // The mark comes before the number, or the server would choose by itself. Drained last: from then on the worker leaves,
      // and its pod would start it anew.
      try await mark(worker, pool, isLeaving: true)
      if try await isFree(worker) {
        leaving.insert(worker)
      } else {
        try await mark(worker, pool, isLeaving: false)
        desired += 1
      }
    }
    // Which pods are not ready go first on every server.
    let ready = watch.pods.filter { leaving.contains($0.name) && $0.isReady && !$0.isEnding }
    guard !honoursCost, !ready.isEmpty else {
      try await set(desired, insteadOf: part.wanted, pool)
      return
    }
    var now = part.wanted
    for pod in ready {
      // The one before has to be gone: else the place of this one would be kept by the successor of that one, and when the number is
      // lowered once more nobody is there that is not ready.
      guard try await shrinks(to: now, watch), try await replace(pod, watch) else { return }
      guard try await set(now - 1, insteadOf: now, pool) else { return }
      now -= 1
    }
    // What is left of the decision was of pods that are not ready.
    if now > desired { try await set(desired, insteadOf: now, pool) }
  }

  /// Tells a worker to drain.
  ///
  /// - Returns: false if it has got a task since it was looked at, or cannot be told: then it stays.
  private func isFree(_ worker: String) async throws -> Bool {
    do {
      return try await observer.drain(worker) == 0
    } catch {
      try Task.checkCancellation()
      logger.notice(
        "a worker could not be told to drain, and stays", metadata: ["worker": "\(worker)", "error": "\(error)"])
      return false
    }
  }

  /// Deletes a pod whose server would not choose it by itself, and waits until another is made in its place: one that is not
  /// ready is the first to go when the number is lowered. Lowered before, the server would choose among the pods that work;
  /// and so it would if the other is ready already.
  ///
  /// - Returns: false if it has gone or changed meanwhile, or its place is taken by one that is ready: a worker as any other, which
  ///   the next decision may choose.
  private func replace(_ pod: PoolReport.Pod, _ watch: PoolWatch) async throws -> Bool {
    let before = Set(watch.pods.map(\.name))
    do {
      try await client.resources(Pod.self, in: watch.pool.namespace).delete(pod.name, DeleteOptions(uid: pod.uid))
    } catch let error as KubernetesError where error.isNotFound || error.isConflict {
      return false
    }
    var successors: [PoolReport.Pod] = []
    _ = try await eventually {
      successors = watch.pods.filter { !before.contains($0.name) }
      return !successors.isEmpty
    }
    return successors.isEmpty || successors.contains { !$0.isReady }
  }

  /// Waits until the server has no more pods than it is told to.
  private func shrinks(to count: Int, _ watch: PoolWatch) async throws -> Bool {
    try await eventually { watch.pods.count { !$0.isEnding } <= count }
  }

  /// - Returns: false if it did not come about within ``patience``.
  private func eventually(_ condition: () -> Bool) async throws -> Bool {
    let end = client.time.moment() + Self.patience
    while !condition() {
      guard client.time.moment() < end else { return false }
      try await client.time.sleep(for: .milliseconds(20))
    }
    return true
  }

  /// - Returns: false if others have set another number meanwhile; theirs stays.
  @discardableResult
  private func set(_ count: Int, insteadOf wanted: Int, _ pool: AutoscalePool) async throws -> Bool {
    let deployments = client.resources(DynamicObject.self, of: Deployment.resource, in: pool.namespace)
    guard count != wanted else { return true }
    for _ in 0..<5 {
      let scale = try await client.resources(Deployment.self, in: pool.namespace).scale(pool.deployment)
      guard (scale.spec?.replicas ?? 0) == wanted, let version = scale.metadata?.resourceVersion else {
        logger.notice(
          "the number of workers was changed by others; theirs is looked at first",
          metadata: ["pool": "\(pool.name)", "wanted": "\(wanted)", "found": "\(scale.spec?.replicas ?? 0)"])
        return false
      }
      // With the version in it, the server refuses the number if the deployment has changed since it was read.
      let change: JSONValue = [
        "metadata": ["resourceVersion": .string(version)], "spec": ["replicas": .integer(Int64(count))],
      ]
      do {
        _ = try await deployments.patch(pool.deployment, try .merge(change), subresource: "scale")
        return true
      } catch let error as KubernetesError where error.isConflict {
        continue
      }
    }
    return false
  }

  private func mark(_ worker: String, _ pool: AutoscalePool, isLeaving: Bool) async throws {
    do {
      _ = try await client.resources(PartialObject.self, of: Pod.resource, in: pool.namespace)
        .patch(worker, try PodMark.patch(isLeaving: isLeaving))
    } catch let error as KubernetesError where error.isNotFound {
      // It has gone by itself.
    }
  }
}
