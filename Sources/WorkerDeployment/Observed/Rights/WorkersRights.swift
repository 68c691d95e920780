import Kubernetes

/// The rights that the commands need, and no more. The access check asks for these, and the Roles in the documentation are
/// made of them.
public enum WorkersRights {
  /// Everything that a command ever needs in its namespace, for a Role.
  public static func needed(
    for command: WorkersCommand, in namespace: String, _ abilities: ClusterAbilities
  ) -> [WorkersRight] {
    let reading = reading(command, in: namespace, abilities)
    let applied = applied(abilities)
    // Without these two, the namespace's annotation is left alone and all else works.
    let annotation = [
      WorkersRight("get", WorkerKinds.namespace, name: namespace, in: namespace), annotating(namespace),
    ]
    switch command {
    case .deploy:
      return reading + applied.flatMap { applying($0.type, $0.name, in: namespace) }
        + deleting(abilities, in: namespace) + annotation
    case .endpoint:
      let pointed = applied.filter { ["Endpoints", "EndpointSlice", "Service", "ConfigMap"].contains($0.type.kind) }
      // What is of one family of addresses goes and is made anew for the other.
      let familiar = pointed.filter { ["EndpointSlice", "Service"].contains($0.type.kind) }
      return reading + pointed.flatMap { applying($0.type, $0.name, in: namespace) }
        + familiar.map { WorkersRight("delete", $0.type, name: $0.name, in: namespace) }
        + [WorkersRight("patch", WorkerKinds.deployment, name: WorkerNames.deployment, in: namespace)]
    case .scale:
      return reading + [scaling(in: namespace)]
    case .restart:
      return reading + [WorkersRight("patch", WorkerKinds.deployment, name: WorkerNames.deployment, in: namespace)]
    case .status:
      // To compare what is there with what was deployed; without, that is said, and all else works. The join token is not among them:
      // whoever has it can join, and looking is no reason to have it.
      let compared = applied.filter { $0.name != WorkerNames.joinSecret && $0.name != WorkerNames.pullSecret }
      return reading + compared.map { WorkersRight("get", $0.type, name: $0.name, in: namespace) }
        + [WorkersRight("get", WorkerKinds.namespace, name: namespace, in: namespace)]
    case .logs: return reading
    case .teardown: return reading + deleting(abilities, in: namespace) + annotation
    }
  }

  /// What a command needs to look before it acts.
  static func reading(
    _ command: WorkersCommand, in namespace: String, _ abilities: ClusterAbilities = ClusterAbilities()
  ) -> [WorkersRight] {
    let deployment = WorkersRight("get", WorkerKinds.deployment, name: WorkerNames.deployment, in: namespace)
    // Of the workers at a coordinator, those of this namespace are let go.
    let names = WorkersRight("list", WorkerKinds.pod, in: namespace)
    switch command {
    case .scale, .restart: return [deployment]
    case .endpoint: return [deployment, names]
    case .logs:
      return [
        names, WorkersRight("watch", WorkerKinds.pod, in: namespace),
        WorkersRight("get", WorkerKinds.pod, subresource: "log", in: namespace),
      ]
    case .status:
      let told = [Event.resource, ResourceQuota.resource]
      return following(in: namespace) + told.flatMap { watching($0, in: namespace) } + [
        WorkersRight("get", WorkerKinds.pod, subresource: "log", in: namespace),
        WorkersRight("get", WorkerKinds.secret, name: WorkerNames.pullSecret, in: namespace),
      ]
    case .deploy: return [deployment, names] + finding(abilities, in: namespace)
    case .teardown: return [deployment] + finding(abilities, in: namespace)
    }
  }

  /// What is needed to follow the workers; without the other rights of `status` less is said.
  static func following(in namespace: String) -> [WorkersRight] {
    [WorkerKinds.deployment, ReplicaSet.resource, WorkerKinds.pod].flatMap { watching($0, in: namespace) }
  }

  private static func watching(_ type: ResourceType, in namespace: String) -> [WorkersRight] {
    ["list", "watch"].map { WorkersRight($0, type, in: namespace) }
  }

  /// Finding what Muster has made here.
  private static func finding(_ abilities: ClusterAbilities, in namespace: String) -> [WorkersRight] {
    WorkerKinds.listed(abilities).map { WorkersRight("list", $0, in: namespace) }
      + WorkerKinds.secretNames.map { WorkersRight("get", WorkerKinds.secret, name: $0, in: namespace) }
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

  /// What is looked at before it is deleted, and deleted.
  private static func deleting(_ abilities: ClusterAbilities, in namespace: String) -> [WorkersRight] {
    var made = applied(abilities)
    // A server that has learnt to copy Endpoints may have a slice of ours from before.
    if let slices = abilities.endpointSlices, abilities.mirrorsEndpoints { made.append((slices, WorkerNames.service)) }
    return made.flatMap { object in
      ["get", "delete"].map { WorkersRight($0, object.type, name: object.name, in: namespace) }
    }
  }

  /// All objects that a deployment may be made of on this server.
  private static func applied(_ abilities: ClusterAbilities) -> [(type: ResourceType, name: String)] {
    var made = [
      (WorkerKinds.configMap, WorkerNames.configuration), (WorkerKinds.secret, WorkerNames.pullSecret),
      (WorkerKinds.secret, WorkerNames.joinSecret), (WorkerKinds.service, WorkerNames.service),
      (WorkerKinds.endpoints, WorkerNames.service), (WorkerKinds.deployment, WorkerNames.deployment),
    ]
    if let slices = abilities.endpointSlices, !abilities.mirrorsEndpoints { made.append((slices, WorkerNames.service)) }
    if let budgets = abilities.disruptionBudgets { made.append((budgets, WorkerNames.disruptionBudget)) }
    return made
  }
}
