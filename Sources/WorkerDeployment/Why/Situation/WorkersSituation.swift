import Kubernetes
import MusterCore

/// All that is known about a namespace's workers at one moment: what ``Diagnosis``, ``Capacity`` and ``WorkersStatus``
/// are made from. Nothing in it is a secret.
public struct WorkersSituation: Sendable {
  public var time: Timestamp
  public var namespace: String
  /// Nil: it could not be read.
  public var place: Namespace?
  /// Nil: there is none.
  public var deployment: Deployment?
  public var sets: [WorkerSet] = []
  public var pods: [WorkerPod] = []
  /// Of the deployment, its sets and its pods: warnings, and what a cluster autoscaler says.
  public var events: [WorkerEvent] = []
  /// Nil: they may not be read.
  public var nodes: [WorkerNode]?
  /// By the node's name. Nil: pods of other namespaces may not be read, and only the workers' own are known.
  public var loads: [String: NodeLoad]?
  public var quotas: [ResourceQuota] = []
  /// By name: those that the deployment names, and only once a pull has failed.
  public var pullSecrets: [String: PullSecret] = [:]
  /// By the pod's name: the last lines of what a crashed container wrote.
  public var logs: [String: [String]] = [:]
  /// What could not be read, by the plural of its kind, and why not.
  public var unseen: [String: String] = [:]

  public init(time: Timestamp, namespace: String) {
    self.time = time
    self.namespace = namespace
  }

  /// How many workers are to run.
  public var wanted: Int { deployment?.spec?.replicas ?? (deployment == nil ? 0 : 1) }
  /// The pods that are neither over nor leaving.
  public var current: [WorkerPod] { pods.filter(\.counts) }

  /// What pods take of the nodes, as far as it is known.
  var knownLoads: [String: NodeLoad] {
    if let loads { return loads }
    var known: [String: NodeLoad] = [:]
    for pod in pods where !pod.isOver {
      if let node = pod.node { known[node, default: NodeLoad()].add(pod.requests) }
    }
    return known
  }
}
