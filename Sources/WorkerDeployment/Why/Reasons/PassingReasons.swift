import Kubernetes

/// What passes by itself: pods that leave, that start, and that were evicted and are replaced.
enum PassingReasons {
  static func find(_ facts: SituationFacts) -> [Reason] {
    var reasons: [Reason] = []
    let groups = facts.groups { _, ailment in
      switch ailment {
      case .failed(let reason, _): "failed \(reason)"
      case .leaving: "leaving"
      case .starting(let what): "starting \(what)"
      default: nil
      }
    }
    for group in groups.prefix(8) {
      let names = group.pods.map(\.name)
      let count = names.count
      switch group.ailment {
      case .failed(let reason, let message):
        let isEvicted = reason == "Evicted"
        let words = Wording.cleaned(message)
        reasons.append(
          Reason(
            .evicted, count: count,
            "\(Wording.count(count, "worker")) \(count == 1 ? "was" : "were") "
              + (isEvicted ? "evicted" : "ended by the node (\(reason.isEmpty ? "without a reason" : reason))")
              + (words.isEmpty ? "" : ": \(words)") + ", and Kubernetes makes \(count == 1 ? "it" : "them") anew",
            cure: isEvicted ? "give the workers requests that match what they use" : nil, pods: names))
      case .leaving:
        reasons.append(
          Reason(
            .leaving, count: count,
            "\(Wording.count(count, "worker")) \(count == 1 ? "is" : "are") leaving, and may finish what "
              + "\(count == 1 ? "it runs" : "they run")\(grace(facts))",
            pods: names))
      case .starting(let what):
        reasons.append(
          Reason(
            .starting, count: count, facts.workers(count, "starts", "start") + ", waiting for \(what)", pods: names))
      default: break
      }
    }
    return reasons
  }

  private static func grace(_ facts: SituationFacts) -> String {
    facts.situation.deployment?.spec?.template?.spec?.terminationGracePeriodSeconds.map { " for up to \($0) s" } ?? ""
  }
}
