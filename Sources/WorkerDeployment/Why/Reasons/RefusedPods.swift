import Kubernetes

/// Pods that the API server does not let be made: quota, Pod Security, what they name is not there.
enum RefusedPods {
  static func find(_ facts: SituationFacts) -> [Reason] {
    let situation = facts.situation
    return situation.sets.filter { $0.lacking > 0 }.sorted { $0.lacking > $1.lacking }.compactMap { set in
      guard let message = message(of: set, situation) else { return nil }
      return reason(PodRefusal(message), set.lacking, facts)
    }
  }

  /// The set's condition is true as long as it holds; its events also tell of what is over.
  private static func message(of set: WorkerSet, _ situation: WorkersSituation) -> String? {
    if let failure = set.status?.conditions?.of("ReplicaFailure"), failure.isTrue { return failure.message }
    guard (set.status?.replicas ?? 0) == 0 else { return nil }
    return situation.events.filter {
      $0.involvedObject?.kind == "ReplicaSet" && $0.involvedObject?.name == set.meta.name && $0.reason == "FailedCreate"
    }.max { $0.when < $1.when }?.message
  }

  private static func reason(_ refusal: PodRefusal, _ count: Int, _ facts: SituationFacts) -> Reason {
    let start = facts.workers(count, "is", "are") + " not made: "
    let namespace = facts.situation.namespace
    switch refusal {
    case .quota(let name, let requested, let used, let limited):
      return Reason(
        .quota, count: count,
        start + "the namespace's quota '\(name)' allows \(limited), of which \(used) is used, and one more worker asks "
          + "for \(requested)",
        cure: "raise the quota, ask for less a worker, or scale down to "
          + "\(max(0, facts.situation.wanted - count))")
    case .quotaDemands(let name, let what):
      return Reason(
        .quota, count: count,
        start + "under the namespace's quota '\(name)' each pod has to say its \(what)",
        cure: "set \(what) for the workers in the values file")
    case .podSecurity(let level, let violations):
      return Reason(
        .podSecurity, count: count,
        start + "the namespace enforces Pod Security '\(level)', which they violate: \(violations)",
        cure: "deploy again with 'muster workers deploy', whose pods keep to 'restricted', or label the namespace with "
          + "'kubectl label namespace \(namespace) pod-security.kubernetes.io/enforce=privileged --overwrite'")
    case .podSecurityPolicy(let words):
      return Reason(
        .podSecurity, count: count, start + "no PodSecurityPolicy admits them: \(words)",
        cure: "let an administrator allow the namespace's service account a policy that fits")
    case .noServiceAccount(let name):
      return Reason(
        .podsRefused, count: count, start + "the service account '\(name)' is not there",
        cure: "make it with 'kubectl create serviceaccount \(name) -n \(namespace)', or name another")
    case .noPriorityClass(let name):
      return Reason(
        .podsRefused, count: count, start + "the priority class '\(name)' is not there",
        cure: "let an administrator make it, or leave it out of the values file")
    case .noRuntimeClass(let name):
      return Reason(
        .podsRefused, count: count, start + "the runtime class '\(name)' is not there",
        cure: "let an administrator make it, or leave it out of the values file")
    case .limitRange(let words):
      return Reason(
        .podsRefused, count: count, start + "a LimitRange of the namespace does not allow their size: \(words)",
        cure: "set requests and limits for the workers that keep to it")
    case .webhook(let name, let words):
      return Reason(
        .podsRefused, count: count, start + "the cluster's admission webhook '\(name)' refused them: \(words)",
        cure: "change what it names, or ask who runs the webhook")
    case .other(let words):
      return Reason(
        .podsRefused, count: count, start + "the API server refused them: \(words)",
        cure: "correct what it names and deploy again")
    }
  }
}
