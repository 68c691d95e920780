import Kubernetes

/// What keeps one pod from being a ready worker. One thing: the first that has to be mended.
enum PodAilment: Sendable {
  case failed(reason: String, message: String)
  case leaving
  /// The scheduler found no node, and says why.
  case unscheduled(String)
  case nodeLost(String)
  /// The reason as the kubelet gives it, and what the registry said.
  case pull(reason: String, image: String, message: String)
  case configuration(String)
  case container(String)
  case crash(ContainerStatus.Terminated, restarts: Int, liveness: String?)
  case mount(String)
  case sandbox(String)
  /// What the readiness probe saw.
  case notReady(String)
  /// Nothing is wrong yet: what it is about.
  case starting(String)

  /// Nil: it is ready, or is over as it should be.
  init?(_ pod: WorkerPod, nodes: [String: WorkerNode]?, events: [String: WorkerEvent]) {
    if pod.isLeaving {
      self = .leaving
      return
    }
    if pod.isOver {
      guard pod.status?.phase == "Failed" else { return nil }
      self = .failed(reason: pod.status?.reason ?? "", message: pod.status?.message ?? "")
      return
    }
    guard let name = pod.node else {
      let condition = pod.status?.conditions?.of("PodScheduled")
      if let condition, condition.status == "False" {
        self = .unscheduled(condition.message ?? events["FailedScheduling"]?.message ?? "")
      } else if let message = events["FailedScheduling"]?.message {
        self = .unscheduled(message)
      } else {
        self = .starting("the scheduler")
      }
      return
    }
    if pod.status?.reason == "NodeLost" || nodes.map({ $0[name]?.isReady != true }) == true {
      self = .nodeLost(name)
      return
    }
    let containers = (pod.status?.initContainerStatuses ?? []) + (pod.status?.containerStatuses ?? [])
    for container in containers {
      if let ailment = Self.ailment(of: container, pod, events) {
        self = ailment
        return
      }
    }
    if pod.isReady { return nil }
    self = Self.unready(pod, containers, events)
  }

  private static func ailment(
    of container: ContainerStatus, _ pod: WorkerPod, _ events: [String: WorkerEvent]
  ) -> PodAilment? {
    let image = container.image ?? pod.spec?.containers?.first?.image ?? ""
    let restarts = container.restartCount ?? 0
    let liveness = events["Unhealthy"]?.message.flatMap { message in
      message.hasPrefix("Liveness") || message.hasPrefix("Startup") ? message : nil
    }
    if let ended = container.state?.terminated, ended.exitCode != 0 || restarts > 0 {
      return crash(ended, restarts, liveness)
    }
    guard let waiting = container.state?.waiting else { return nil }
    let message = waiting.message ?? ""
    switch waiting.reason ?? "" {
    case "ErrImagePull", "ImagePullBackOff", "ImageInspectError", "RegistryUnavailable", "ErrImageNeverPull",
      "SignatureValidationFailed":
      // While it pauses between attempts only the event says what was wrong.
      let said = message.contains("rpc error") || message.contains("failed to") ? message : nil
      return .pull(
        reason: waiting.reason ?? "", image: image, message: said ?? events["FailedToPull"]?.message ?? message)
    case "InvalidImageName": return .pull(reason: "InvalidImageName", image: image, message: message)
    case "CreateContainerConfigError":
      return message.contains("not found") || message.contains("find key")
        ? .configuration(message) : .container(message)
    case "CreateContainerError", "RunContainerError": return .container(message)
    case "CrashLoopBackOff":
      guard let ended = container.lastState?.terminated else {
        return .crash(.init(exitCode: 0), restarts: restarts, liveness: liveness)
      }
      return crash(ended, restarts, liveness)
    default: return nil
    }
  }

  private static func crash(_ ended: ContainerStatus.Terminated, _ restarts: Int, _ liveness: String?) -> PodAilment {
    switch ended.reason ?? "" {
    case "StartError", "ContainerCannotRun": .container(ended.message ?? "")
    default:
      .crash(ended, restarts: restarts, liveness: ended.exitCode == 137 || ended.exitCode == 143 ? liveness : nil)
    }
  }

  /// A pod on a node of which no container complains.
  private static func unready(
    _ pod: WorkerPod, _ containers: [ContainerStatus], _ events: [String: WorkerEvent]
  ) -> PodAilment {
    let isRunning =
      !containers.isEmpty && containers.allSatisfy { $0.state?.running != nil || $0.state?.terminated != nil }
    guard isRunning else {
      // The kubelet tries again, and says nothing when it works at last: only a pod without containers can still suffer.
      if let message = events["FailedMount"]?.message, !message.contains("failed to sync") { return .mount(message) }
      if let message = events["FailedCreatePodSandBox"]?.message ?? events["FailedAttachVolume"]?.message {
        return .sandbox(message)
      }
      return .starting(events["FailedMount"] == nil ? "its image and its container" : "its volumes")
    }
    if let message = events["Unhealthy"]?.message, message.hasPrefix("Readiness") { return .notReady(message) }
    if containers.contains(where: { ($0.restartCount ?? 0) > 1 && ($0.lastState?.terminated?.exitCode ?? 0) != 0 }),
      let ended = containers.compactMap({ $0.lastState?.terminated }).first
    {
      return crash(ended, pod.restarts, nil)
    }
    return .starting("the worker to say that it is ready")
  }
}
