import Kubernetes
import MusterCore

/// One worker, as a line of a table.
public struct WorkerLine: Sendable, Hashable, Encodable {
  public let name: String
  /// Nil: it waits for one.
  public let node: String?
  /// As kubectl says it: `Running`, `Pending`, `CrashLoopBackOff`, `Terminating`, …
  public let state: String
  public let isReady: Bool
  public let restarts: Int
  /// Seconds since it was made; nil: the server did not say.
  public let age: Int?
  public let image: String?
  public let stage: String?
  /// Made from the template that the deployment has now.
  public let isCurrent: Bool
  /// What it works on; nil: nothing, or the coordinator was not asked.
  public let works: String?

  enum CodingKeys: String, CodingKey {
    case name, node, state, restarts, age, image, stage, works
    case isReady = "ready"
    case isCurrent = "current"
  }

  init(_ pod: WorkerPod, _ ailment: PodAilment?, image: String?, now: Timestamp, works: String?) {
    name = pod.name
    node = pod.node
    isReady = pod.isReady
    restarts = pod.restarts
    age = pod.meta.creationTimestamp.map { Int(max(0, (now - $0.timestamp).wholeMilliseconds / 1000)) }
    self.image = pod.spec?.containers?.first?.image
    stage = pod.meta.labels?[WorkerNames.stage]
    isCurrent = image != nil && self.image == image
    self.works = works
    state = Self.state(pod, ailment)
  }

  private static func state(_ pod: WorkerPod, _ ailment: PodAilment?) -> String {
    if pod.isLeaving { return "Terminating" }
    if case .nodeLost = ailment { return "NodeLost" }
    let phase = pod.status?.reason ?? pod.status?.phase ?? "Unknown"
    let containers = (pod.status?.initContainerStatuses ?? []) + (pod.status?.containerStatuses ?? [])
    for container in containers {
      if let reason = container.state?.waiting?.reason, reason != "PodInitializing" {
        return Wording.cleaned(reason, limit: 60)
      }
      if let ended = container.state?.terminated, !pod.isOver, ended.exitCode != 0 {
        return Wording.cleaned(ended.reason ?? "Error", limit: 60)
      }
    }
    return Wording.cleaned(phase, limit: 60)
  }
}
