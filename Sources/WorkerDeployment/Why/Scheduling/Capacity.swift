import Kubernetes

/// How many workers can run on today's nodes, by the rules of the deployment that is there, and what the others would wait
/// for. Workers that were told to go count as gone.
public struct Capacity: Sendable {
  /// Workers that have a node.
  public let placed: Int
  /// How many more find one.
  public let room: Int
  /// How many more the namespace's quotas allow; nil: there are none that matter.
  public let quota: Int?
  /// Which quota that is.
  public let quotaName: String?
  private let obstacles: NodeObstacles

  /// - Returns: nil when the nodes may not be read.
  public init?(_ situation: WorkersSituation) {
    guard var fitter = NodeFitter(situation, ignoringLeaving: true) else { return nil }
    placed = situation.pods.count { $0.counts && $0.node != nil }
    let keepsApart = !fitter.demands.ownRepulsions.isEmpty
    var room = 0
    for node in fitter.nodes where fitter.misfits(node).isEmpty {
      // Pods that are kept apart are placed one after the other, for a place may be more than a node.
      let more = keepsApart ? 1 : fitter.room(node)
      for _ in 0..<min(more, 1000) { fitter.place(on: node) }
      room += more
    }
    self.room = room
    obstacles = NodeObstacles(fitter)
    let allowed = Self.allowed(situation, fitter.demands)
    quota = allowed?.count
    quotaName = allowed?.name
  }

  /// How many workers can run in all: on the nodes, and within the quotas.
  public var total: Int { placed + min(room, quota ?? room) }

  /// For somebody who wants so many: `5 can run on today's nodes; the other 45 wait for nodes: of 5 nodes, …; …`.
  public func sentence(for wanted: Int) -> String {
    let wanted = max(0, wanted)
    guard wanted > total else { return "all \(wanted) can run on today's nodes" }
    let rest = wanted - total
    let can = "\(total) of \(Wording.count(wanted, "worker")) can run on today's nodes"
    if let quota, quota < room {
      return "\(can); the other \(rest) wait\(rest == 1 ? "s" : "") for the quota '\(quotaName ?? "")', which allows "
        + "\(quota) more; raise it, or ask for fewer or smaller workers"
    }
    let cures = obstacles.cures.prefix(3).joined(separator: "; or ")
    return "\(can); the other \(rest) wait\(rest == 1 ? "s" : "") for nodes: \(obstacles.sentence); "
      + (cures.isEmpty ? "add nodes" : cures)
  }

  /// What the tightest quota lets be made beyond the pods that are there.
  private static func allowed(_ situation: WorkersSituation, _ demands: WorkerDemands) -> (count: Int, name: String)? {
    // Pods that wait for a node are within the quota already.
    let waiting = situation.pods.count { $0.counts && $0.node == nil }
    var least: (count: Int, name: String)?
    for quota in situation.quotas where quota.spec?.scopes?.isEmpty ?? true && quota.spec?.scopeSelector == nil {
      for (resource, hard) in quota.status?.hard ?? quota.spec?.hard ?? [:] {
        guard let asked = asked(resource, demands), asked > .zero else { continue }
        let left = hard - (quota.status?.used?[resource] ?? .zero)
        let count = waiting + max(0, Int(left.thousandths / max(1, asked.thousandths)))
        if count < least?.count ?? .max { least = (count, quota.metadata.name ?? "") }
      }
    }
    return least
  }

  /// How much of a quota's resource one more worker takes; nil: a resource that is none of a pod's requests.
  private static func asked(_ resource: String, _ demands: WorkerDemands) -> Quantity? {
    switch resource {
    case "pods", "count/pods": return Quantity(1)
    case "cpu", "memory", "ephemeral-storage": return demands.requests[resource]
    default:
      guard resource.hasPrefix("requests.") else { return nil }
      return demands.requests[String(resource.dropFirst("requests.".count))]
    }
  }
}
