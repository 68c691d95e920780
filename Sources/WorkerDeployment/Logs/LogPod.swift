import Kubernetes

/// What reading a log needs of a pod.
struct LogPod: KubernetesObject {
  struct Spec: Decodable, Hashable, Sendable {
    struct Container: Decodable, Hashable, Sendable { var name: String }
    var containers: [Container]
  }

  struct Status: Decodable, Hashable, Sendable {
    struct Container: Decodable, Hashable, Sendable {
      struct State: Decodable, Hashable, Sendable {
        struct Facts: Decodable, Hashable, Sendable {}
        var running: Facts?
        var terminated: Facts?
      }
      var name: String
      var restartCount: Int?
      var state: State?
      var lastState: State?
    }
    var containerStatuses: [Container]?
  }

  var slim: SlimMeta
  var spec: Spec?
  var status: Status?

  enum CodingKeys: String, CodingKey { case slim = "metadata", spec, status }

  var metadata: ObjectMeta { slim.metadata }

  /// The worker's container: ours by its name; in an original's pod the first, beside which others may have been put.
  var container: String? {
    let names = (spec?.containers ?? []).map(\.name)
    return names.contains(WorkerNames.container) ? WorkerNames.container : names.first
  }

  /// Whether the container runs now, as far as is known.
  var isRunning: Bool {
    status?.containerStatuses?.first { $0.name == container }?.state?.running != nil
  }

  /// Which run of the container there is a log of: how often it was restarted. Nil: it has never run.
  var run: Int? {
    guard let status = status?.containerStatuses?.first(where: { $0.name == container }) else { return nil }
    let restarts = status.restartCount ?? 0
    if status.state?.running != nil || status.state?.terminated != nil { return restarts }
    // It waits to be started again; the log is that of the run before.
    return status.lastState?.terminated != nil ? restarts : nil
  }
}
