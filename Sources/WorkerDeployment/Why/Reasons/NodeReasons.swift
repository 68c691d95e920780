import Kubernetes

/// Why workers have no node: counted by ourselves, and held against what the scheduler says.
enum NodeReasons {
  static func find(_ facts: SituationFacts) -> [Reason] {
    var pods: [WorkerPod] = []
    var newest = ""
    for (pod, ailment) in facts.ailments {
      guard case .unscheduled(let message) = ailment else { continue }
      pods.append(pod)
      if newest.isEmpty || SchedulerMessage(message) != nil { newest = message }
    }
    var reasons = lost(facts)
    guard !pods.isEmpty else { return reasons }
    let names = pods.map(\.name)
    let start = facts.workers(pods.count, "waits", "wait") + " for a node: "
    let said = SchedulerMessage(newest)
    guard let fitter = NodeFitter(facts.situation) else {
      reasons.append(
        Reason(
          .noNode, count: pods.count, start + "the scheduler says: \(Wording.cleaned(newest))",
          cure: cures(of: said, facts).joined(separator: "; or "), pods: names))
      return reasons
    }
    let obstacles = NodeObstacles(fitter)
    reasons += misspelt(obstacles, pods)
    let isComing = obstacles.leaving + obstacles.fitting.count >= pods.count || isScalingUp(facts)
    var what = start + obstacles.sentence
    var cures = Array(obstacles.cures.prefix(3))
    let other = unexplained(said, fitter, obstacles)
    if !other.isEmpty {
      what += "; the scheduler also says: \(Wording.list(other))"
      cures += self.cures(of: said, facts).filter { !cures.contains($0) }
    }
    if !newest.isEmpty && said == nil { what += "; the scheduler says: \(Wording.cleaned(newest))" }
    if isComing && other.isEmpty {
      if isScalingUp(facts) {
        what += "; the cluster's autoscaler is adding nodes"
      } else if obstacles.fitting.isEmpty {
        what += "; they follow when the leaving workers are gone"
      }
      reasons.append(Reason(.nodeComing, count: pods.count, what, pods: names))
    } else {
      if cures.isEmpty { cures = ["add nodes, or scale down"] }
      reasons.append(
        Reason(.noNode, count: pods.count, what, cure: cures.joined(separator: "; or "), pods: names))
    }
    return reasons
  }

  /// Nodes that were prepared in the document's own spelling have a reason of their own: mending them is one command.
  private static func misspelt(_ obstacles: NodeObstacles, _ pods: [WorkerPod]) -> [Reason] {
    obstacles.groups.compactMap { group in
      let nodes =
        "\(Wording.count(group.nodes.count, "node")) (\(Wording.list(group.nodes, limit: 3))) "
        + "\(group.nodes.count == 1 ? "has" : "have")"
      switch group.misfit {
      case .misspeltLabel(let has, let wanted):
        return Reason(
          .nodeSpelling, count: pods.count,
          "\(nodes) the label '\(has)', where the workers want \(wanted.key)=\(wanted.value)",
          cure: NodeObstacles.relabel(has, wanted), pods: pods.map(\.name))
      case .misspeltTaint(let has, let wanted):
        return Reason(
          .nodeSpelling, count: pods.count,
          "\(nodes) the taint '\(has.text)', where the workers tolerate \(wanted.key)=\(wanted.value)",
          cure: NodeObstacles.retaint(has, wanted, group.nodes), pods: pods.map(\.name))
      default: return nil
      }
    }
  }

  /// What the scheduler counts and we do not: volumes, ports, spread, the wishes of other pods, plugins of its own; and
  /// everything, when by our count a node should do.
  private static func unexplained(
    _ said: SchedulerMessage?, _ fitter: NodeFitter, _ obstacles: NodeObstacles
  ) -> [String] {
    (said?.counts ?? []).compactMap { count in
      let nodes = Wording.count(count.nodes, "node")
      switch count.obstacle {
      case .unwelcome: return "pods on \(nodes) do not want workers beside them"
      case .spread: return "topology spread rules out \(nodes)"
      case .ports: return "\(nodes) lack a free host port"
      case .volume: return "a volume rules out \(nodes)"
      case .other(let words): return "\(nodes): \(Wording.cleaned(words, limit: 120))"
      default: return nil
      }
    }
  }

  /// Cures by the scheduler's words alone, where nodes may not be read.
  private static func cures(of said: SchedulerMessage?, _ facts: SituationFacts) -> [String] {
    let demands = WorkerDemands(facts.situation.deployment?.spec?.template)
    let cures: [String] = (said?.counts ?? []).compactMap { count in
      switch count.obstacle {
      case .label:
        return demands.label.map { "give nodes the label with 'kubectl label node NAME \($0.key)=\($0.value)'" }
      case .taint(let key, let value):
        if let wanted = demands.taints.first(where: { Spelling.isSlip(key: key, value: value, for: $0) }) {
          return "mend the taint '\(key)', which was meant to be \(wanted.key)=\(wanted.value)"
        }
        return key.isEmpty ? "take taints from nodes" : "take the taint '\(key)' from nodes"
      case .cordoned: return "uncordon nodes"
      case .apart: return "add nodes, for each has one worker"
      case .resource(let name): return "ask for less \(name), or add larger nodes"
      case .tooManyPods: return "add nodes"
      case .unwelcome, .spread, .ports, .volume, .other: return nil
      }
    }
    return cures.isEmpty ? ["let an administrator look at the nodes"] : Array(cures.prefix(3))
  }

  private static func isScalingUp(_ facts: SituationFacts) -> Bool {
    let names = Set(facts.situation.pods.lazy.filter { $0.counts && $0.node == nil }.map(\.name))
    return facts.situation.events.contains { event in
      event.reason == "TriggeredScaleUp" && event.involvedObject?.name.map(names.contains) == true
    }
  }

  private static func lost(_ facts: SituationFacts) -> [Reason] {
    let groups = facts.groups { _, ailment in if case .nodeLost = ailment { "lost" } else { nil } }
    return groups.map { group in
      let nodes = Array(Set(group.pods.compactMap(\.node))).sorted()
      let isOne = nodes.count == 1
      return Reason(
        .nodeLost, count: group.pods.count,
        facts.workers(group.pods.count, "is", "are") + " lost with \(isOne ? "its node" : "their nodes"): "
          + "\(Wording.list(nodes)) \(isOne ? "does" : "do") not report",
        cure: "look at \(isOne ? "the node" : "the nodes") with 'kubectl describe node \(nodes.first ?? "")'; "
          + "Kubernetes makes the workers anew after 5 minutes",
        pods: group.pods.map(\.name))
    }
  }
}
