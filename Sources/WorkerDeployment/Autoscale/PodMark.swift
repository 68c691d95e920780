import Kubernetes

/// By which a pod is known as one that was chosen to go, also by the autoscaler that leads next.
enum PodMark {
  /// Of a pod: a ReplicaSet that gets smaller deletes pods of the lowest cost first, among those that are equally ready.
  /// Kubernetes looks at it from 1.22 on.
  ///
  /// Source: https://kubernetes.io/docs/concepts/workloads/controllers/replicaset/#pod-deletion-cost
  static let cost = "controller.kubernetes.io/pod-deletion-cost"
  /// Ours: the cost alone may have been given by somebody else, for reasons of their own.
  static let leaving = "muster.dev/leaving"

  static func patch(isLeaving: Bool) throws -> Patch {
    let annotations: [String: JSONValue] =
      isLeaving ? [cost: "-1000000", leaving: "true"] : [cost: .null, leaving: .null]
    return try .merge(["metadata": ["annotations": .object(annotations)]] as JSONValue)
  }
}
