import Kubernetes

/// The files of the workers' pods. The names are ours alone, so that none meets another's volume in a deployment that is
/// taken over.
struct PodVolumes {
  let values: WorkerValues

  private static let configuration = "muster-configuration"
  private static let state = "muster-state"
  private static let run = "muster-run"
  private static let temporary = "muster-tmp"
  private static let join = "muster-join"
  /// 0440 in the decimal form of the API: who reads it is in the pod's group.
  private static let secretMode: JSONValue = 288

  var volumes: JSONValue {
    var volumes: [JSONValue] = [
      [
        "name": .string(Self.configuration),
        "configMap": [
          "name": .string(WorkerNames.configuration),
          "items": [
            ["key": .string(WorkerNames.clientKey), "path": "client.yaml"],
            ["key": .string(WorkerNames.musterKey), "path": "muster.yaml"],
          ],
        ],
      ],
      ["name": .string(Self.state), "emptyDir": scratch],
      ["name": .string(Self.run), "emptyDir": ["medium": "Memory", "sizeLimit": "1Mi"]],
      ["name": .string(Self.temporary), "emptyDir": scratch],
    ]
    if values.joinToken != nil {
      volumes.append([
        "name": .string(Self.join),
        "secret": ["secretName": .string(WorkerNames.joinSecret), "defaultMode": Self.secretMode],
      ])
    }
    return .array(volumes)
  }

  var mounts: JSONValue {
    func mount(_ name: String, _ path: String, isReadOnly: Bool = false) -> JSONValue {
      var mount: [String: JSONValue] = ["name": .string(name), "mountPath": .string(path)]
      if isReadOnly { mount["readOnly"] = true }
      return .object(mount)
    }
    var mounts = [
      mount(Self.configuration, WorkerPaths.configuration, isReadOnly: true),
      mount(Self.state, WorkerPaths.state), mount(Self.run, WorkerPaths.runFolder),
      mount(Self.temporary, WorkerPaths.temporary),
    ]
    if values.joinToken != nil { mounts.append(mount(Self.join, WorkerPaths.joinFolder, isReadOnly: true)) }
    return .array(mounts)
  }

  private var scratch: JSONValue {
    guard let limit = values.scratch else { return [:] }
    return ["sizeLimit": .string(limit.description)]
  }
}
