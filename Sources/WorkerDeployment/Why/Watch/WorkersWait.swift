import Kubernetes
import MusterCore

/// Decides when waiting for workers is over: they are ready, or a reason that will not pass has stood too long, or the
/// deadline is there. A struct without a clock: it is told the time, and says when it wants to be asked again.
///
/// A reason counts from when it was first seen with one and the same pod, so that a thousand workers that come up one after
/// the other, each a moment unready, are not taken for one that never gets ready. How long each reason may stand is
/// ``Cause/patience``; all are under 10 s.
public struct WorkersWait: Sendable {
  /// How things stand.
  public enum Verdict: Sendable, Hashable {
    /// Ask again at this moment at the latest, or when the situation has changed.
    case waiting(until: Moment)
    case ready
    /// What stood too long first, then the rest.
    case failed([Reason])
    /// The deadline has passed; the reasons as they are now.
    case late([Reason])
  }

  /// A reason and a pod with it; no pod: the deployment as a whole.
  private struct Standing: Hashable {
    var cause: Cause
    var pod: String?
  }

  private let deadline: Moment
  private let generation: Int64
  private var since: [Standing: Moment] = [:]
  private var reasons: [Reason] = []
  private var isReady = false

  /// - Parameters:
  ///   - deadline: when to give up whatever happens.
  ///   - generation: of the deployment that is waited for, as the server gave it when it was applied: an older one that is
  ///     ready does not count. 0: any.
  public init(deadline: Moment, generation: Int64 = 0) {
    self.deadline = deadline
    self.generation = generation
  }

  /// Takes in a situation and its reasons.
  public mutating func see(_ situation: WorkersSituation, _ reasons: [Reason], at now: Moment) -> Verdict {
    self.reasons = reasons
    isReady = Self.isReady(situation, generation)
    var still: [Standing: Moment] = [:]
    for reason in reasons where reason.cause.patience != nil {
      let pods: [String?] = reason.pods.isEmpty ? [nil] : reason.pods
      for pod in pods {
        let standing = Standing(cause: reason.cause, pod: pod)
        still[standing] = since[standing] ?? now
      }
    }
    since = still
    return check(at: now)
  }

  /// Looks again at a later moment, with nothing new.
  public func check(at now: Moment) -> Verdict {
    if isReady { return .ready }
    var next = deadline
    var due: Set<Cause> = []
    for (standing, start) in since {
      guard let patience = standing.cause.patience else { continue }
      if start + patience <= now { due.insert(standing.cause) } else { next = min(next, start + patience) }
    }
    if !due.isEmpty {
      return .failed(reasons.filter { due.contains($0.cause) } + reasons.filter { !due.contains($0.cause) })
    }
    return now >= deadline ? .late(reasons) : .waiting(until: next)
  }

  /// As many as are wanted are of the newest template and ready, and no older one is left.
  static func isReady(_ situation: WorkersSituation, _ generation: Int64) -> Bool {
    guard let deployment = situation.deployment, let status = deployment.status,
      (deployment.metadata.generation ?? 0) >= generation,
      Int64(status.observedGeneration ?? 0) >= deployment.metadata.generation ?? 0
    else { return false }
    let wanted = situation.wanted
    return (status.updatedReplicas ?? 0) == wanted && (status.replicas ?? 0) == wanted
      && (status.readyReplicas ?? 0) >= wanted
  }
}
