import Kubernetes

/// What a pod template demands of a node, in the scheduler's terms. Volumes, ports, topology spread and the demands of other
/// pods are not among them: the scheduler's own message tells of those.
struct WorkerDemands: Sendable {
  /// One of these must be met; nil: any node will do.
  private(set) var terms: [Affinity.Term]?
  private(set) var selector: [String: String] = [:]
  private(set) var tolerations: [Toleration] = []
  /// Near none of these pods.
  private(set) var repulsions: [Affinity.PodTerm] = []
  private(set) var requests: [String: Quantity] = [:]
  /// The template's own labels.
  private(set) var labels: [String: String] = [:]

  init(_ template: PodTemplateSpec?) {
    let spec = template?.spec
    labels = template?.metadata?.labels ?? [:]
    terms = spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms
    selector = spec?.nodeSelector ?? [:]
    tolerations = spec?.tolerations ?? []
    repulsions = spec?.affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []
    requests = ContainerNeeds.sum(
      (spec?.containers ?? []).map(Self.needs), initial: (spec?.initContainers ?? []).map(Self.needs),
      overhead: spec?.overhead ?? [:])
  }

  private static func needs(_ container: Container) -> ContainerNeeds {
    ContainerNeeds(
      image: container.image,
      resources: .init(requests: container.resources?.requests, limits: container.resources?.limits))
  }

  /// The label that is wanted, if it is one key with one value.
  var label: NodeLabel? {
    for expression in terms?.first?.matchExpressions ?? [] {
      if expression.key == WorkerNames.architecture { continue }
      if expression.operator == "In", let values = expression.values, values.count == 1 {
        return NodeLabel(key: expression.key, value: values[0])
      }
    }
    return selector.min { $0.key < $1.key }.map { NodeLabel(key: $0.key, value: $0.value) }
  }

  /// The taints that are tolerated by key and value.
  var taints: [NodeLabel] {
    tolerations.compactMap { toleration in
      guard let key = toleration.key, !key.isEmpty, let value = toleration.value, !value.isEmpty else { return nil }
      return NodeLabel(key: key, value: value)
    }
  }

  /// The first demand on labels that a node does not meet, as a person writes it; nil: all are met.
  func unmetLabel(of node: WorkerNode) -> String? {
    for (key, value) in selector.sorted(by: { $0.key < $1.key }) where node.labels[key] != value {
      return "\(key)=\(value)"
    }
    guard let terms else { return nil }
    var unmet: String?
    for term in terms {
      // An empty term is met by no node.
      let expressions = (term.matchExpressions ?? []).map { ($0, node.labels) }
      let fields = (term.matchFields ?? []).map { ($0, ["metadata.name": node.name]) }
      let demands = expressions + fields
      guard !demands.isEmpty else { continue }
      guard let failed = demands.first(where: { !Self.meets($0.0, $0.1) }) else { return nil }
      unmet = unmet ?? Self.text(failed.0)
    }
    return unmet ?? "of any kind that a node could have"
  }

  /// - Returns: false also for an operator that is not known.
  private static func meets(_ expression: LabelSelector.Expression, _ labels: [String: String]) -> Bool {
    let value = labels[expression.key]
    let values = expression.values ?? []
    switch expression.operator {
    case "In": return value.map(values.contains) ?? false
    case "NotIn": return value.map { !values.contains($0) } ?? true
    case "Exists": return value != nil
    case "DoesNotExist": return value == nil
    case "Gt", "Lt":
      guard let number = value.flatMap({ Int64($0) }), let bound = values.first.flatMap({ Int64($0) }) else {
        return false
      }
      return expression.operator == "Gt" ? number > bound : number < bound
    default: return false
    }
  }

  private static func text(_ expression: LabelSelector.Expression) -> String {
    let values = expression.values ?? []
    switch expression.operator {
    case "In" where values.count == 1: return "\(expression.key)=\(values[0])"
    case "In": return "\(expression.key) in (\(values.joined(separator: ", ")))"
    case "NotIn": return "\(expression.key) not in (\(values.joined(separator: ", ")))"
    case "Exists": return expression.key
    case "DoesNotExist": return "!\(expression.key)"
    case "Gt": return "\(expression.key)>\(values.first ?? "")"
    case "Lt": return "\(expression.key)<\(values.first ?? "")"
    default: return expression.key
    }
  }

  /// Source: `k8s.io/api/core/v1.Toleration.ToleratesTaint`.
  func tolerate(_ taint: Node.Taint) -> Bool {
    tolerations.contains { toleration in
      if let effect = toleration.effect, !effect.isEmpty, effect != taint.effect { return false }
      if let key = toleration.key, !key.isEmpty, key != taint.key { return false }
      switch toleration.operator ?? "" {
      case "", "Equal":
        return (toleration.key ?? "").isEmpty == false && (toleration.value ?? "") == (taint.value ?? "")
      case "Exists": return true
      default: return false
      }
    }
  }

  /// Whether a worker keeps other workers of this deployment from places with the same value of a label.
  var ownRepulsions: [Affinity.PodTerm] { repulsions.filter { Self.chooses($0, labels) } }

  static func chooses(_ term: Affinity.PodTerm, _ labels: [String: String]) -> Bool {
    guard let query = try? term.labelSelector?.query() else { return false }
    return query.matches(labels)
  }
}
