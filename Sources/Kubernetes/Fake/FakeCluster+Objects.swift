import NIOCore

extension FakeCluster {
  /// The object as it is now, whole, or nil.
  public func object(_ resource: ResourceType, _ name: String, in namespace: String? = nil) -> JSONValue? {
    state.withLock { state in
      guard let kind = state.server.kinds.first(where: { $0.resource.isSame(as: resource) }) else { return nil }
      let place = FakePlace(kind: kind, version: resource.version, namespace: namespace, name: name)
      guard let object = state.server.shelves[kind.shelf]?[place.key] else { return nil }
      return .object(Self.whole(object, place))
    }
  }

  /// All objects of a kind, by namespace and name.
  public func objects(_ resource: ResourceType, in namespace: String? = nil) -> [JSONValue] {
    state.withLock { state in
      guard let kind = state.server.kinds.first(where: { $0.resource.isSame(as: resource) }) else { return [] }
      let place = FakePlace(kind: kind, version: resource.version)
      return (state.server.shelves[kind.shelf] ?? FakeShelf()).objects(in: namespace)
        .map { .object(Self.whole($0, place)) }
    }
  }

  /// Changes an object behind the client's back, status and all, as a controller or a kubelet would.
  ///
  /// - Returns: whether there was such an object.
  @discardableResult
  public func edit(
    _ resource: ResourceType, _ name: String, in namespace: String? = nil,
    _ change: (inout [String: JSONValue]) -> Void
  ) -> Bool {
    var found = false
    wakeAll { state in
      guard let kind = state.server.kinds.first(where: { $0.resource.isSame(as: resource) }) else { return }
      let place = FakePlace(kind: kind, version: resource.version, namespace: namespace, name: name)
      guard var object = state.server.shelves[kind.shelf]?[place.key] else { return }
      change(&object.content)
      state.server.commit(kind, object)
      found = true
    }
    return found
  }

  /// Changes a pod as its kubelet would.
  @discardableResult
  public func editPod(_ name: String, in namespace: String, _ change: (inout [String: JSONValue]) -> Void) -> Bool {
    edit(ResourceType(plural: "pods", kind: "Pod"), name, in: namespace, change)
  }

  /// Puts a pod on a node and makes it run and be ready, as scheduler and kubelet would.
  @discardableResult
  public func markRunning(_ name: String, in namespace: String, on node: String = "fake-node") -> Bool {
    let now = JSONValue.string(Time(time.timestamp()).description)
    return editPod(name, in: namespace) { pod in
      var spec = pod["spec"]?.object ?? [:]
      spec["nodeName"] = .string(node)
      pod["spec"] = .object(spec)
      var status = pod["status"]?.object ?? [:]
      status["phase"] = .string("Running")
      status["startTime"] = now
      status["podIP"] = .string("10.0.0.1")
      status["conditions"] = .array(
        ["Initialized", "Ready", "ContainersReady", "PodScheduled"].map { type in
          .object(["type": .string(type), "status": .string("True"), "lastTransitionTime": now])
        })
      status["containerStatuses"] = .array(
        (spec["containers"]?.array ?? []).compactMap(\.object).map { container in
          .object([
            "name": container["name"] ?? .null, "image": container["image"] ?? .null, "ready": .bool(true),
            "restartCount": .integer(0), "started": .bool(true), "imageID": .string(""),
            "state": .object(["running": .object(["startedAt": now])]),
          ])
        })
      pod["status"] = .object(status)
    }
  }

  /// Ends a pod's containers, as when their programs exit: `Succeeded` for 0, `Failed` for anything else.
  @discardableResult
  public func markFinished(_ name: String, in namespace: String, exitCode: Int64 = 0) -> Bool {
    let now = JSONValue.string(Time(time.timestamp()).description)
    return editPod(name, in: namespace) { pod in
      var status = pod["status"]?.object ?? [:]
      status["phase"] = .string(exitCode == 0 ? "Succeeded" : "Failed")
      let ended = JSONValue.object([
        "terminated": .object([
          "exitCode": .integer(exitCode), "reason": .string(exitCode == 0 ? "Completed" : "Error"),
          "finishedAt": now,
        ])
      ])
      let containers = pod["spec"]?.object?["containers"]?.array ?? []
      status["containerStatuses"] = .array(
        containers.compactMap(\.object).map { container in
          .object([
            "name": container["name"] ?? .null, "image": container["image"] ?? .null, "ready": .bool(false),
            "restartCount": .integer(0), "imageID": .string(""), "state": ended,
          ])
        })
      pod["status"] = .object(status)
    }
  }

  /// Takes a pod away whose deletion was asked for, as its kubelet does when the containers have ended.
  ///
  /// - Returns: whether there was such a pod, waiting to be deleted and held by no finalizer.
  @discardableResult
  public func finishDeletion(ofPod name: String, in namespace: String) -> Bool {
    var isDone = false
    wakeAll { state in
      guard let kind = state.server.kind(ofShelf: "pods"),
        let pod = state.server.shelves["pods"]?["\(namespace)/\(name)"], pod.isBeingDeleted, pod.finalizers.isEmpty
      else { return }
      state.server.remove(kind, pod)
      isDone = true
    }
    return isDone
  }

  private static func whole(_ object: FakeObject, _ place: FakePlace) -> [String: JSONValue] {
    var content = object.content
    content["kind"] = .string(place.kind.resource.kind)
    content["apiVersion"] = .string(place.apiVersion)
    return content
  }
}

extension ResourceType {
  /// Whether both mean the same objects, in whatever version.
  func isSame(as other: ResourceType) -> Bool { group == other.group && plural == other.plural }
}
