import Kubernetes

/// A cache of each kind that a situation is made from.
struct WorkersCaches: Sendable {
  /// One cache, whatever it holds.
  struct Entry: Sendable {
    /// For people: `nodes`.
    let kind: String
    /// Nothing can be said without it.
    let isVital: Bool
    let isSynced: @Sendable () -> Bool
    /// Keeps the cache up, and tells of each change.
    let run: @Sendable (_ changed: @escaping @Sendable () -> Void) async throws -> Void

    init<Kept>(_ kind: String, _ cache: ResourceCache<Kept>, isVital: Bool = false) {
      self.kind = kind
      self.isVital = isVital
      isSynced = { cache.isSynced }
      run = { changed in
        try await withThrowingTaskGroup(of: Void.self) { group in
          group.addTask { try await cache.run() }
          group.addTask { for try await _ in cache.changes() { changed() } }
          for try await _ in group {}
        }
      }
    }
  }

  private let deployments: ResourceCache<Deployment>
  private let sets: ResourceCache<WorkerSet>
  private let pods: ResourceCache<WorkerPod>
  private let warnings: ResourceCache<WorkerEvent>
  private let scaleUps: ResourceCache<WorkerEvent>
  private let quotas: ResourceCache<ResourceQuota>
  private let places: ResourceCache<Namespace>
  private let nodes: ResourceCache<WorkerNode>
  private let shares: ResourceCache<PlacedPod.Share>

  static let othersPods = "pods in all namespaces"

  init(_ watch: WorkersWatch) {
    let client = watch.client
    let namespace = watch.namespace
    func cache<Object: KubernetesObject>(
      _ resources: ResourceClient<Object>, labels: String? = nil, fields: String? = nil
    ) -> ResourceCache<Object> {
      ResourceCache(
        resources, ListOptions(labelSelector: labels, fieldSelector: fields), settings: watch.settings,
        logger: watch.logger)
    }
    let workers = "\(WorkerNames.role.key)=\(WorkerNames.role.value)"
    deployments = cache(
      client.resources(Deployment.self, in: namespace), fields: "metadata.name=\(WorkerNames.deployment)")
    sets = cache(client.resources(WorkerSet.self, of: ReplicaSet.resource, in: namespace), labels: workers)
    pods = cache(client.resources(WorkerPod.self, of: Pod.resource, in: namespace), labels: workers)
    let events = client.resources(WorkerEvent.self, of: Event.resource, in: namespace)
    func told(_ fields: String) -> ResourceCache<WorkerEvent> {
      ResourceCache(events, ListOptions(fieldSelector: fields), settings: watch.settings, logger: watch.logger) {
        $0.cut()
      }
    }
    warnings = told("type=Warning")
    scaleUps = told("reason=TriggeredScaleUp")
    quotas = cache(client.resources(ResourceQuota.self, in: namespace))
    places = cache(client.resources(Namespace.self), fields: "metadata.name=\(namespace)")
    nodes = cache(client.resources(WorkerNode.self, of: Node.resource))
    // Of the pods of others only what they take of which node is kept.
    shares = ResourceCache(
      client.resources(PlacedPod.self, of: Pod.resource),
      ListOptions(fieldSelector: "spec.nodeName!=,status.phase!=Succeeded,status.phase!=Failed"),
      settings: watch.settings, logger: watch.logger
    ) { $0.share }
  }

  var all: [Entry] {
    [
      Entry("deployments", deployments, isVital: true), Entry("replicasets", sets, isVital: true),
      Entry("pods", pods, isVital: true), Entry("events", warnings), Entry("events of autoscalers", scaleUps),
      Entry("resourcequotas", quotas), Entry("the namespace", places), Entry("nodes", nodes),
      Entry(Self.othersPods, shares),
    ]
  }

  /// What the caches hold now; nil for nodes and loads that may not be read.
  func fill(_ situation: inout WorkersSituation, _ unseen: [String: String]) {
    situation.place = places.snapshot().values.first
    situation.deployment = deployments.snapshot().values.first
    situation.sets = Array(sets.snapshot().values)
    situation.pods = pods.snapshot().values.sorted { $0.name < $1.name }
    situation.events = Array(warnings.snapshot().values) + Array(scaleUps.snapshot().values)
    situation.quotas = Array(quotas.snapshot().values)
    situation.nodes = unseen["nodes"] == nil ? Array(nodes.snapshot().values) : nil
    guard unseen[Self.othersPods] == nil else { return }
    var loads: [String: NodeLoad] = [:]
    for share in shares.snapshot().values { loads[share.node, default: NodeLoad()].add(share.requests) }
    situation.loads = loads
  }
}
