extension FakeServer {
  /// Answers about a part of an object: its status, its scale, a pod's log, an eviction.
  mutating func answer(
    _ verb: String, partOf place: FakePlace, _ name: String, _ part: String, _ call: FakeCall
  ) throws(FakeRefusal) -> FakeAnswer {
    switch (part, verb) {
    case ("status", "get") where place.kind.hasStatus:
      return .json(200, Self.render(try object(place), place, .whole))
    case ("status", "update") where place.kind.hasStatus:
      return .json(200, Self.render(try replace(place, call.object(), call).object, place, .whole))
    case ("status", "patch") where place.kind.hasStatus:
      return .json(200, Self.render(try patch(place, call).object, place, .whole))
    case ("scale", "get") where place.kind.hasScale: return .json(200, Self.scale(try object(place)))
    case ("scale", "update") where place.kind.hasScale, ("scale", "patch") where place.kind.hasScale:
      return try scale(place, verb, call)
    case ("log", "get") where place.kind.shelf == "pods":
      _ = try object(place)
      return .text(200, logs[place.key]?.text(withTimes: call.query("timestamps") == "true") ?? "")
    case ("eviction", "create") where place.kind.shelf == "pods": return try evict(place, call)
    case ("finalize", "update") where place.kind.shelf == "namespaces":
      let namespace = try object(place)
      return .json(200, Self.render(namespace, place, .whole))
    default: throw .noSuchResource
    }
  }

  private mutating func scale(_ place: FakePlace, _ verb: String, _ call: FakeCall) throws(FakeRefusal) -> FakeAnswer {
    let old = try object(place)
    var wanted = Self.scale(old)
    if verb == "update" {
      wanted = try call.object()
    } else {
      if var metadata = wanted["metadata"]?.object {
        metadata["resourceVersion"] = nil
        wanted["metadata"] = .object(metadata)
      }
      wanted = try patched(.object(wanted), place, call).object ?? [:]
    }
    let replicas = wanted["spec"]?.object?["replicas"]?.integer ?? 0
    guard replicas >= 0 else {
      throw .invalid(
        kind: "Scale", group: "autoscaling", old.name,
        [
          Status.Cause(
            reason: "FieldValueInvalid",
            message: "Invalid value: \(replicas): must be greater than or equal to 0", field: "spec.replicas")
        ])
    }
    var new = old
    var spec = old.content["spec"]?.object ?? [:]
    spec["replicas"] = .integer(replicas)
    new.content["spec"] = .object(spec)
    new.metadata["resourceVersion"] = wanted["metadata"]?.object?["resourceVersion"]
    var whole = place
    whole.subresource = nil
    return .json(
      200, Self.scale(try write(old, new, whole) { FieldManagers.recordUpdate(from: old, to: &$0, whole, call) }))
  }

  private static func scale(_ object: FakeObject) -> [String: JSONValue] {
    var metadata: [String: JSONValue] = [:]
    for field in ["name", "namespace", "uid", "resourceVersion", "creationTimestamp"] {
      metadata[field] = object.metadata[field]
    }
    var spec: [String: JSONValue] = [:]
    if let replicas = object.content["spec"]?.object?["replicas"]?.integer, replicas != 0 {
      spec["replicas"] = .integer(replicas)
    }
    let labels = object.content["spec"]?.object?["selector"]?.object?["matchLabels"]?.object ?? [:]
    let selector = labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value.string ?? "")" }.joined(separator: ",")
    var status: [String: JSONValue] = [
      "replicas": object.content["status"]?.object?["replicas"] ?? .integer(0)
    ]
    if !selector.isEmpty { status["selector"] = .string(selector) }
    return [
      "kind": .string("Scale"), "apiVersion": .string("autoscaling/v1"), "metadata": .object(metadata),
      "spec": .object(spec), "status": .object(status),
    ]
  }

  private mutating func evict(_ place: FakePlace, _ call: FakeCall) throws(FakeRefusal) -> FakeAnswer {
    let pod = try object(place)
    if forbiddenEvictions > 0 {
      forbiddenEvictions -= 1
      throw FakeRefusal(
        429, "TooManyRequests", "Cannot evict pod as it would violate the pod's disruption budget.",
        Status.Details(causes: [
          Status.Cause(reason: "DisruptionBudget", message: "The disruption budget does not allow it now")
        ]))
    }
    let grace = try call.object()["deleteOptions"]?.object?["gracePeriodSeconds"]?.integer
    beginDeletion(place.kind, pod, grace: grace)
    return .json(201, FakeStatus.json(Status(status: "Success", code: 201)))
  }
}
