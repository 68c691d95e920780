import Kubernetes

/// Workers that run and are not ready: what each of them saw, as its readiness probe says. A wrong or unreachable endpoint
/// shows here, tested from inside of the pod.
enum ReadinessReasons {
  static func find(_ facts: SituationFacts, endpoint: String?) -> [Reason] {
    let groups = facts.groups { pod, ailment in
      guard case .notReady(let message) = ailment else { return nil }
      return generic(message, pod)
    }
    return groups.prefix(5).compactMap { group in
      guard case .notReady(let message) = group.ailment else { return nil }
      return reason(message, group.pods, facts, endpoint)
    }
  }

  private static func reason(
    _ message: String, _ pods: [WorkerPod], _ facts: SituationFacts, _ endpoint: String?
  ) -> Reason {
    // `Readiness probe failed: WHAT IT SAW`, or `Readiness probe errored: …`.
    var saw = Wording.cleaned(message.after(": ") ?? message)
    let log = pods.lazy.compactMap { facts.situation.logs[$0.name] }.first { !$0.isEmpty } ?? []
    let lines = log.suffix(10).map { Wording.cleaned($0) }.filter { !$0.isEmpty }
    // Of a probe over HTTP the kubelet tells the number alone; what the worker saw stands in its log.
    if saw.hasPrefix("HTTP probe failed"), let last = lines.last { saw += ", and its log ends with '\(last)'" }
    let place = endpoint.map { " at \($0)" } ?? ""
    return Reason(
      .notReady, count: pods.count,
      facts.workers(pods.count, "runs and is", "run and are") + " not ready: \(saw)",
      cure: "look whether the coordinator runs\(place) and every node reaches it, or re-point the workers with "
        + "'muster workers endpoint ADDRESS'",
      pods: pods.map(\.name), log: lines)
  }

  /// Without what differs from pod to pod, so that the same of many is one.
  private static func generic(_ message: String, _ pod: WorkerPod) -> String {
    var text = message
    while let place = text.before(pod.name), let rest = text.after(pod.name) { text = place + "*" + rest }
    return Wording.withoutNumbers(text)
  }
}
