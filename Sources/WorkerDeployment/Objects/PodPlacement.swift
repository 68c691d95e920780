import Kubernetes

/// On which nodes the workers' pods go.
struct PodPlacement {
  let values: WorkerValues

  private static let hostname = "kubernetes.io/hostname"
  private static let selector: JSONValue = ["matchLabels": [WorkerNames.role.key: .string(WorkerNames.role.value)]]

  var affinity: JSONValue {
    var affinity: [String: JSONValue] = ["nodeAffinity": nodeAffinity]
    if values.placement == .onePerNode { affinity["podAntiAffinity"] = antiAffinity }
    return .object(affinity)
  }

  private var nodeAffinity: JSONValue {
    func wants(_ label: NodeLabel) -> JSONValue {
      ["key": .string(label.key), "operator": "In", "values": [.string(label.value)]]
    }
    let own = wants(values.nodeLabel)
    // On a node of another processor the image cannot start: that is never a matter of preference.
    let must = values.architecture.map { [wants(NodeLabel(key: WorkerNames.architecture, value: $0))] } ?? []
    var affinity: [String: JSONValue] = [:]
    let required = values.affinity == .required ? [own] + must : must
    if !required.isEmpty {
      affinity["requiredDuringSchedulingIgnoredDuringExecution"] = [
        "nodeSelectorTerms": [["matchExpressions": .array(required)]]
      ]
    }
    if values.affinity == .preferred {
      affinity["preferredDuringSchedulingIgnoredDuringExecution"] = [
        ["weight": 100, "preference": ["matchExpressions": [own]]]
      ]
    }
    return .object(affinity)
  }

  private var antiAffinity: JSONValue {
    let term: JSONValue = ["topologyKey": .string(Self.hostname), "labelSelector": Self.selector]
    switch values.affinity {
    case .required: return ["requiredDuringSchedulingIgnoredDuringExecution": [term]]
    case .preferred:
      return ["preferredDuringSchedulingIgnoredDuringExecution": [["weight": 100, "podAffinityTerm": term]]]
    }
  }

  /// Always `ScheduleAnyway`: a node that is full or cordoned counts as one with none, and a hard rule would then hold all
  /// others at one.
  var spread: JSONValue? {
    guard values.placement == .spread else { return nil }
    return [
      [
        "maxSkew": 1, "topologyKey": .string(Self.hostname), "whenUnsatisfiable": "ScheduleAnyway",
        "labelSelector": Self.selector,
      ]
    ]
  }

  /// Without an effect, so that `NoSchedule` and `NoExecute` are both tolerated, as in the original.
  var tolerations: JSONValue {
    [["key": .string(values.taint.key), "operator": "Equal", "value": .string(values.taint.value)]]
  }
}
