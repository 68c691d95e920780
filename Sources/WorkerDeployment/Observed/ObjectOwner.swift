import Kubernetes

/// Who has made an object. What is neither ours nor the original's is left alone.
enum ObjectOwner: Sendable, Hashable {
  /// Muster: the label says so, and so do the fields' managers.
  case muster
  /// The original scripts: it has a name and the form of theirs, and no label of ours.
  case original
  case other

  init(_ object: DynamicObject) {
    let label = object["metadata", "labels"]?[.name(WorkerNames.managedBy.key)]?.string
    if label == WorkerNames.managedBy.value {
      // Controllers copy labels, as from Endpoints to the slices that they make of them.
      let isOwned = !(object["metadata", "ownerReferences"]?.array ?? []).isEmpty
      let isWritten = ManagedEntry.all(of: object).contains { $0.manager == WorkerNames.manager }
      self = isWritten && !isOwned ? .muster : .other
    } else if label == nil, Self.isOriginal(object) {
      self = .original
    } else {
      self = .other
    }
  }

  /// Whether it is one of the five objects of the original scripts, and looks like it.
  private static func isOriginal(_ object: DynamicObject) -> Bool {
    switch (object.kind, object.name) {
    case ("Deployment", WorkerNames.deployment):
      object["spec", "template", "metadata", "labels"]?[.name(WorkerNames.role.key)]?.string == WorkerNames.role.value
    case ("ConfigMap", WorkerNames.configuration): object["data"]?[.name(WorkerNames.clientKey)]?.string != nil
    case ("Secret", WorkerNames.pullSecret): object["type"]?.string == "kubernetes.io/dockerconfigjson"
    case ("Service", WorkerNames.service): (object["spec", "selector"]?.object ?? [:]).isEmpty
    case ("Endpoints", WorkerNames.service): (object["metadata", "ownerReferences"]?.array ?? []).isEmpty
    default: false
    }
  }
}
