import Kubernetes

/// Of a pod, what an autoscaler goes by; the rest is not read.
struct AutoscaledPod: KubernetesObject {
  struct Meta: Decodable {
    struct Annotations: Decodable {
      enum CodingKeys: String, CodingKey { case leaving = "muster.dev/leaving" }
      var leaving: String?
    }

    var name: String
    var namespace: String?
    var uid: String?
    var resourceVersion: String?
    var deletionTimestamp: Time?
    var annotations: Annotations?
  }

  struct Status: Decodable {
    var phase: String?
    var conditions: [Condition]?
  }

  var meta: Meta
  var status: Status?

  enum CodingKeys: String, CodingKey {
    case meta = "metadata"
    case status
  }

  var metadata: ObjectMeta {
    var metadata = ObjectMeta(name: meta.name, namespace: meta.namespace)
    metadata.uid = meta.uid
    metadata.resourceVersion = meta.resourceVersion
    return metadata
  }

  /// Nil: it is over, and its deployment makes another.
  var report: PoolReport.Pod? {
    if status?.phase == "Succeeded" || status?.phase == "Failed" { return nil }
    return PoolReport.Pod(
      meta.name, uid: meta.uid ?? "", isReady: status?.conditions?.of("Ready")?.isTrue ?? false,
      isEnding: meta.deletionTimestamp != nil, isMarked: meta.annotations?.leaving != nil)
  }
}
