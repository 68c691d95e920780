import Kubernetes

/// The rights that the commands need, and no more. The access check asks for these, and the Roles in the documentation are
/// made of them.
public enum WorkersRights {
  /// Everything that a command ever needs in its namespace, for a Role.
  public static func needed(
    for command: WorkersCommand, in namespace: String, _ abilities: ClusterAbilities
  ) -> [WorkersRight] {
    let reading = reading(command, in: namespace, abilities)
    let made = WorkerKinds.all(abilities)
    // Without these two, the namespace's annotation is left alone and all else works.
    let annotation = [
      WorkersRight("get", WorkerKinds.namespace, name: namespace, in: namespace), annotating(namespace),
    ]
    switch command {
    case .deploy:
      return reading + made.flatMap { applying($0.type, $0.name, in: namespace) }
        + made.map { WorkersRight("delete", $0.type, name: $0.name, in: namespace) } + annotation
    case .endpoint:
      let pointed = made.filter { ["Endpoints", "EndpointSlice", "Service", "ConfigMap"].contains($0.type.kind) }
      return reading + pointed.flatMap { applying($0.type, $0.name, in: namespace) }
        + [WorkersRight("patch", WorkerKinds.deployment, name: WorkerNames.deployment, in: namespace)]
    case .scale:
      return reading + [scaling(in: namespace)]
    case .restart:
      return reading + [WorkersRight("patch", WorkerKinds.deployment, name: WorkerNames.deployment, in: namespace)]
    case .status:
      // To compare what is there with what was deployed; without, that is said, and all else works. The join token is not among them:
      // whoever has it can join, and looking is no reason to have it.
      let compared = made.filter { $0.name != WorkerNames.joinSecret }
      return reading + compared.map { WorkersRight("get", $0.type, name: $0.name, in: namespace) }
        + [WorkersRight("get", WorkerKinds.namespace, name: namespace, in: namespace)]
    case .logs: return reading
    case .teardown:
      return reading
        + made.flatMap { object in
          ["get", "delete"].map { WorkersRight($0, object.type, name: object.name, in: namespace) }
        }
        + annotation
    }
  }

  /// What a command needs to look before it acts.
  static func reading(
    _ command: WorkersCommand, in namespace: String, _ abilities: ClusterAbilities = ClusterAbilities()
  ) -> [WorkersRight] {
    let basic = [
      WorkersRight("get", WorkerKinds.deployment, name: WorkerNames.deployment, in: namespace),
      WorkersRight("list", WorkerKinds.pod, in: namespace),
    ]
    switch command {
    case .scale, .restart, .endpoint: return basic
    case .logs:
      return basic + [
        WorkersRight("watch", WorkerKinds.pod, in: namespace),
        WorkersRight("get", WorkerKinds.pod, subresource: "log", in: namespace),
      ]
    case .status:
      let watched = [
        WorkerKinds.deployment, WorkerKinds.pod, ReplicaSet.resource, Event.resource, ResourceQuota.resource,
      ]
      return [
        basic[0], WorkersRight("get", WorkerKinds.pod, subresource: "log", in: namespace),
        WorkersRight("get", WorkerKinds.secret, name: WorkerNames.pullSecret, in: namespace),
      ] + watched.flatMap { type in ["list", "watch"].map { WorkersRight($0, type, in: namespace) } }
    case .deploy, .teardown:
      return basic + WorkerKinds.listed(abilities).map { WorkersRight("list", $0, in: namespace) }
        + WorkerKinds.secretNames.map { WorkersRight("get", WorkerKinds.secret, name: $0, in: namespace) }
    }
  }

  /// What a trial asks the server for: it checks the same rights as for the deed.
  static func trying(_ wanted: [WantedObject], in namespace: String) -> [WorkersRight] {
    wanted.flatMap { applying($0.type, $0.name, in: namespace) }
  }

  /// What carrying out a plan needs.
  public static func needed(for plan: DeploymentPlan, in namespace: String) -> [WorkersRight] {
    var rights: [WorkersRight] = []
    for action in plan.actions {
      switch action.deed {
      case .createNamespace:
        rights.append(WorkersRight("create", WorkerKinds.namespace, name: namespace, in: nil))
      case .deleteNamespace:
        rights.append(WorkersRight("delete", WorkerKinds.namespace, name: namespace, in: namespace))
      case .annotateStage: rights.append(annotating(namespace))
      case .apply(let wanted): rights += applying(wanted.type, wanted.name, in: namespace)
      case .recreate(let wanted):
        rights += applying(wanted.type, wanted.name, in: namespace)
        rights.append(WorkersRight("delete", wanted.type, name: wanted.name, in: namespace))
      case .delete(let wanted):
        rights += ["get", "delete"].map { WorkersRight($0, wanted.type, name: wanted.name, in: namespace) }
      case .adjust(let wanted):
        rights += ["get", "patch"].map { WorkersRight($0, wanted.type, name: wanted.name, in: namespace) }
      case .scale: rights.append(scaling(in: namespace))
      case .deliverImage, .deleteImage: break
      }
    }
    // In order, and each once.
    var seen: Set<WorkersRight> = []
    return rights.filter { seen.insert($0).inserted }
  }

  static func annotating(_ namespace: String) -> WorkersRight {
    WorkersRight("patch", WorkerKinds.namespace, name: namespace, in: namespace)
  }

  private static func scaling(in namespace: String) -> WorkersRight {
    WorkersRight(
      "patch", WorkerKinds.deployment, name: WorkerNames.deployment, subresource: "scale", in: namespace)
  }

  /// Applying what is not there needs the right to create too.
  private static func applying(_ type: ResourceType, _ name: String, in namespace: String) -> [WorkersRight] {
    ["get", "create", "patch"].map { WorkersRight($0, type, name: name, in: namespace) }
  }
}
