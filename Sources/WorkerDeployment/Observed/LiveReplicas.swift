import Kubernetes

/// How a deployment is applied without a number of replicas of its own.
///
/// The first apply sets one and so owns the field. To leave it out later would not leave it alone: the server takes away what
/// its owner no longer names, and the default is 1. So the number that is there is read and carried, together with the version
/// of the object at which it was read: had a scaler set another in between, the server refuses the apply.
enum LiveReplicas {
  /// The object with the live number where it has none of its own.
  static func carried(_ object: DynamicObject, from current: DynamicObject?) -> DynamicObject {
    guard isCarried(object), let live = current?["spec", "replicas"] else { return object }
    var result = object
    result["spec", "replicas"] = live
    return result
  }

  static func isCarried(_ object: DynamicObject) -> Bool {
    object.kind == "Deployment" && object["spec", "replicas"] == nil
  }

  static func without(_ object: DynamicObject) -> DynamicObject {
    guard object.kind == "Deployment" else { return object }
    var result = object
    result["spec", "replicas"] = nil
    return result
  }
}
