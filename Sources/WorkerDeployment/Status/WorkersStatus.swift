import Kubernetes
import MusterCore

/// What `muster workers status` shows: made from a situation, without a look at the cluster of its own.
public struct WorkersStatus: Sendable, Encodable {
  /// How many workers there are in which state.
  public struct Counts: Sendable, Hashable, Encodable {
    public var wanted = 0
    /// Pods that are there and neither over nor leaving.
    public var made = 0
    /// Those of which the containers run.
    public var running = 0
    public var ready = 0
    /// Those that have no node, or do not run yet.
    public var pending = 0
    /// Those that were told to go.
    public var leaving = 0
    /// Those that are made from the newest template.
    public var current = 0
  }

  public let namespace: String
  public let isDeployed: Bool
  /// Of the deployment's label; nil: it has none.
  public let stage: String?
  /// That the newest template names.
  public let image: String?
  public let counts: Counts
  /// By node, those without one last.
  public let workers: [WorkerLine]
  /// Those that have a worker or could have one; with the reason of those that cannot have another. Nil: nodes may not be
  /// read.
  public let nodes: [NodeLine]?
  /// How many workers can run on today's nodes; nil: nodes may not be read.
  public let capacity: Int?
  /// Why workers do not run, and hints, the most important first.
  public let reasons: [Reason]
  /// What was changed behind Muster's back.
  public let drift: [Drift]
  /// Why something of ours was not compared with what was deployed, a sentence each.
  public let notCompared: [String]

  enum CodingKeys: String, CodingKey {
    case namespace, stage, image, counts, workers, nodes, capacity, reasons, drift
    case isDeployed = "deployed"
    case notCompared = "not_compared"
  }

  /// - Parameters:
  ///   - endpoint: where the workers are to find the coordinator, for the cures.
  ///   - drift: what differs from what was deployed.
  ///   - works: what each worker works on, by its pod's name, from the coordinator.
  public init(
    _ situation: WorkersSituation, endpoint: String? = nil, drift: DriftReport = DriftReport(),
    works: [String: String] = [:]
  ) {
    let facts = SituationFacts(situation)
    namespace = situation.namespace
    isDeployed = situation.deployment != nil
    let template = situation.deployment?.spec?.template
    stage = situation.deployment?.metadata.labels?[WorkerNames.stage] ?? template?.metadata?.labels?[WorkerNames.stage]
    let image = template?.spec?.containers.first?.image
    self.image = image
    let ailments = Dictionary(facts.ailments.map { ($0.pod.name, $0.ailment) }) { $1 }
    workers = situation.pods.map { pod in
      WorkerLine(pod, ailments[pod.name], image: image, now: situation.time, works: works[pod.name])
    }.sorted { ($0.node ?? "\u{10FFFF}", $0.name) < ($1.node ?? "\u{10FFFF}", $1.name) }
    nodes = NodeLine.all(situation)
    capacity = Capacity(situation)?.total
    reasons = Diagnosis.reasons(situation, endpoint: endpoint)
    self.drift = drift.drifts
    notCompared = drift.unknown
    var counts = Counts()
    counts.wanted = situation.wanted
    for pod in situation.pods where !pod.isOver {
      if pod.isLeaving {
        counts.leaving += 1
        continue
      }
      counts.made += 1
      let isRunning = pod.status?.phase == "Running"
      if isRunning { counts.running += 1 } else { counts.pending += 1 }
      if pod.isReady { counts.ready += 1 }
      if let image, pod.spec?.containers?.first?.image == image { counts.current += 1 }
    }
    self.counts = counts
  }
}
