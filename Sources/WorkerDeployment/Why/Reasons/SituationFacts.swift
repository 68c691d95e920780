import Kubernetes

/// A situation with its pods sorted by what ails them, so that each pod counts for one reason.
struct SituationFacts: Sendable {
  let situation: WorkersSituation
  let ailments: [(pod: WorkerPod, ailment: PodAilment)]
  /// The newest event of each reason, by the pod's name.
  private let events: [String: [String: WorkerEvent]]

  init(_ situation: WorkersSituation) {
    self.situation = situation
    var events: [String: [String: WorkerEvent]] = [:]
    for event in situation.events where event.involvedObject?.kind == "Pod" {
      guard let name = event.involvedObject?.name, let reason = event.reason else { continue }
      // Pulls fail with three events of one reason, of which only one says why.
      let key = reason == "Failed" && event.message?.hasPrefix("Failed to pull") == true ? "FailedToPull" : reason
      if let known = events[name]?[key], known.when > event.when { continue }
      events[name, default: [:]][key] = event
    }
    self.events = events
    let nodes = situation.nodes.map { nodes in Dictionary(nodes.map { ($0.name, $0) }) { $1 } }
    ailments = situation.pods.sorted { $0.name < $1.name }.compactMap { pod in
      PodAilment(pod, nodes: nodes, events: events[pod.name] ?? [:]).map { (pod, $0) }
    }
  }

  func event(_ reason: String, of pod: WorkerPod) -> WorkerEvent? { events[pod.name]?[reason] }

  /// The pods with an ailment, put together by a key, in the order of the pods.
  func groups(_ key: (WorkerPod, PodAilment) -> String?) -> [(pods: [WorkerPod], ailment: PodAilment)] {
    var order: [String] = []
    var groups: [String: (pods: [WorkerPod], ailment: PodAilment)] = [:]
    for (pod, ailment) in ailments {
      guard let key = key(pod, ailment) else { continue }
      if groups[key] == nil {
        order.append(key)
        groups[key] = ([], ailment)
      }
      groups[key]?.pods.append(pod)
    }
    // What is worst for most comes first; odd rests are told as one by whoever asked.
    return order.compactMap { groups[$0] }.sorted { $0.pods.count > $1.pods.count }
  }

  /// `2 of 3 workers wait`.
  func workers(_ number: Int, _ one: String, _ many: String) -> String {
    Wording.workers(number, of: situation.wanted, one, many)
  }
}
