import Kubernetes
import Testing

@testable import WorkerDeployment

/// Each command as a user who has the Role of that command and nothing else, on a server that decides by RBAC.
@Suite("Rights on a real server", .enabled(if: FlowServer.kubeconfig != nil), .timeLimit(.minutes(5)))
struct RightsRealServerTests {
  @Test("the server decides by its Roles: who has none may do nothing of all this")
  func nobody() async throws {
    try await FlowServer.real().space { flow in
      let nobody = try await Account("nobody", [PolicyRule](), in: flow)
      let abilities = try await flow.observer.abilities()
      let rights = WorkersCommand.allCases.flatMap { WorkersRights.needed(for: $0, in: flow.namespace, abilities) }
      #expect(try await nobody.asking.observer.missing(rights) == rights)
      await #expect(throws: KubernetesError.self) { try await nobody.believing.resources(WorkerKinds.pod).list() }
    }
  }

  @Test(
    "with its Role a command works; with one right less it is refused and named, by itself before anything is changed, and by the server",
    arguments: WorkersCommand.allCases)
  func least(command: WorkersCommand) async throws {
    var unshown: Set<WorkersRight> = []
    for (index, each) in RightsCase.all(command).enumerated() {
      try await FlowServer.real().space { flow in
        let rights = WorkersRights.needed(for: command, in: flow.namespace, try await flow.observer.abilities())
        let granted = Set(rights.map(\.granted))
        if index == 0 { unshown = Set(granted.filter { !RightsCase.isOptional($0) }.map(named)) }
        try await each.prepare(flow)
        for (number, missing) in granted.filter(each.needs).enumerated() {
          let rest = rights.filter { $0.granted != missing }
          let account = try await Account("without-\(number)", rest, in: flow)
          try await check(each, account, missing, flow)
          unshown.remove(named(missing))
        }
        try await each.prepare(flow)
        try await each.act(try await Account("whole", rights, in: flow).asking, nil)
      }
    }
    #expect(unshown.isEmpty, "nothing shows what these are needed for")
  }

  /// Namespaces differ from one to the next.
  private func named(_ right: WorkersRight) -> WorkersRight {
    var right = right
    right.namespace = nil
    return right
  }

  private func check(_ each: RightsCase, _ account: Account, _ missing: WorkersRight, _ flow: Flow) async throws {
    let words = "\(each.name) without \(missing.verb) \(missing.resource) \(missing.name ?? "")"
    let said = await #expect(throws: (any Error).self, "\(words)") { try await each.act(account.asking, missing) }
    let sentence = Self.sentence(said)
    #expect(sentence.contains(missing.verb) && sentence.contains(missing.type.plural), "\(words): \(sentence)")
    #expect(account.writes == 0, "\(words)")
    // It is not only asked for: the server, too, refuses to go without.
    let refused = await #expect(throws: (any Error).self, "\(words), unasked") {
      try await each.act(account.believing, missing)
    }
    let resource = missing.type.plural + (missing.subresource.map { "/\($0)" } ?? "")
    let answer = Self.sentence(refused)
    let isToCreate =
      missing.verb == "create" && answer.contains("\(resource)") && answer.contains("the right to create it")
    #expect(
      answer.contains("cannot \(missing.verb) resource \"\(resource)\"") || isToCreate, "\(words), unasked: \(answer)")
    if account.believing.server.transport.writes > 0 { try await each.prepare(flow) }
  }

  private static func sentence(_ error: (any Error)?) -> String {
    switch error {
    case let error as WorkerDeploymentError:
      error.message + ((error.cause as? KubernetesError).map { " " + $0.message } ?? "")
    case let error as KubernetesError: error.message
    default: error.map { "\($0)" } ?? ""
    }
  }

  @Test("with the Role of deploy, a cluster of the original scripts is taken over and taken away")
  func adopting() async throws {
    try await FlowServer.real().space { flow in
      try await OriginalCluster(namespace: flow.namespace).apply(flow)
      let abilities = try await flow.observer.abilities()
      let rights = [WorkersCommand.deploy, .teardown].flatMap {
        WorkersRights.needed(for: $0, in: flow.namespace, abilities)
      }
      let account = try await Account("adopter", rights, in: flow).asking
      var values = try WholeScenarios.values(account)
      values.replicas = nil
      try await account.carrier.carryOut(try await WholeScenarios.plan(values, account))
      #expect(try await WholeScenarios.plan(values, account).isEmpty)
      #expect(try await flow.deployment()["spec", "replicas"] == 3)
      try await account.teardown()
      #expect(try await flow.observer.deployment() == nil)
    }
  }

  @Test(
    "without the rights to the namespace itself everything works, and its annotation is not kept",
    arguments: ["get", "patch"])
  func annotation(verb: String) async throws {
    try await FlowServer.real().space { flow in
      let abilities = try await flow.observer.abilities()
      let rights = [WorkersCommand.deploy, .teardown].flatMap {
        WorkersRights.needed(for: $0, in: flow.namespace, abilities)
      }
      let account = try await Account(
        "less", rights.filter { !RightsCase.isOptional($0) || $0.verb != verb }, in: flow
      ).asking
      let values = try WholeScenarios.values(account)
      let plan = try await WholeScenarios.plan(values, account)
      #expect(plan.remarks.contains { $0.contains("the annotation 'stage'") })
      try await account.carrier.carryOut(plan)
      #expect(try await WholeScenarios.plan(values, account).isEmpty)
      let space = try #require(try await flow.live(WorkerKinds.namespace, flow.namespace))
      #expect(space["metadata", "annotations", "stage"] == nil)
      try await account.teardown()
      #expect(try await flow.observer.deployment() == nil)
    }
  }

  @Test("the ClusterRole shows nodes and what they carry")
  func nodes() async throws {
    try await FlowServer.real().space { flow in
      let rights = WorkersRights.needed(for: .status, in: flow.namespace, try await flow.observer.abilities())
      try await RightsCase.deployed(flow)
      let rules = try #require(WorkersRights.nodeReader("nodes").rules)
      for (index, left) in Self.less(rules).enumerated() {
        let name = "\(flow.namespace)-\(index)"
        let account = try await Account("looker-\(index)", rights, in: flow)
        try await bind(ClusterRole(ObjectMeta(name: name), rules: left.rules), to: "looker-\(index)", flow)
        for rule in left.rules {
          let type = ResourceType(plural: rule.resources?.first ?? "", kind: "")
          let isKnown = try await flow.eventually {
            try await account.asking.client.mayI(rule.verbs[0], type).isAllowed
          }
          try #require(isKnown)
        }
        let watch = WorkersWatch(client: account.asking.client, namespace: flow.namespace)
        for try await situation in watch.situations() {
          let refusal = situation.unseen[left.kind == "pods" ? "pods in all namespaces" : "nodes"]
          if left.kind.isEmpty {
            #expect(situation.nodes != nil && situation.loads != nil, "\(situation.unseen)")
            break
          }
          guard let refusal else { continue }
          #expect(refusal.contains("cannot \(left.verb) resource \"\(left.kind)\""))
          break
        }
        for type in [ClusterRole.resource, ClusterRoleBinding.resource] { try await flow.resources(type).delete(name) }
      }
    }
  }

  /// All rules, and what is left when one verb of one kind is taken away.
  private static func less(_ rules: [PolicyRule]) -> [(rules: [PolicyRule], verb: String, kind: String)] {
    let single = rules.flatMap { rule in
      (rule.resources ?? []).flatMap { kind in
        rule.verbs.map { PolicyRule(verbs: [$0], apiGroups: rule.apiGroups, resources: [kind]) }
      }
    }
    let less = single.map { gone in (single.filter { $0 != gone }, gone.verbs[0], gone.resources?[0] ?? "") }
    return [(single, "", "")] + less
  }

  private func bind(_ role: ClusterRole, to name: String, _ flow: Flow) async throws {
    try await flow.client.resources(ClusterRole.self).create(role)
    let group = ClusterRole.resource.group
    try await flow.client.resources(ClusterRoleBinding.self).create(
      ClusterRoleBinding(
        role.metadata, roleRef: .init(apiGroup: group, kind: "ClusterRole", name: role.metadata.name ?? ""),
        subjects: [.init(kind: "User", name: "\(name)-of-\(flow.namespace)", apiGroup: group)]))
  }
}
