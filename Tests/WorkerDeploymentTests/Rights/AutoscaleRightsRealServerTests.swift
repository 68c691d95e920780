import Kubernetes
import Logging
import MusterCore
import Testing

@testable import WorkerDeployment

/// `deploy/autoscale/rbac.yaml`: applied as it is, but for the namespace.
@Suite(
  "The rights of the autoscaler on a real server", .enabled(if: FlowServer.kubeconfig != nil),
  .timeLimit(.minutes(5)))
struct AutoscaleRightsRealServerTests {
  private static let account = "muster-autoscaler"

  /// - Returns: the rules of the manifest.
  private func apply(_ flow: Flow) async throws -> [PolicyRule] {
    var rules: [PolicyRule] = []
    for object in try DeployedManifests.read("autoscale/rbac.yaml", namespace: flow.namespace) {
      let type: ResourceType =
        switch object.kind {
        case "Role": Role.resource
        case "RoleBinding": RoleBinding.resource
        default: ServiceAccount.resource
        }
      try await flow.resources(type).create(object)
      if type == Role.resource { rules = try object.decoded(as: Role.self).rules ?? [] }
    }
    return rules
  }

  @Test("the service account can do all that an autoscaler does")
  func whole() async throws {
    try await FlowServer.real().space { flow in
      try await RightsCase.deployed(flow)
      let rules = try await apply(flow)
      let user = "system:serviceaccount:\(flow.namespace):\(Self.account)"
      let account = try await Account(Self.account, rules, as: user, in: flow)
      for deed in AutoscaleDeed.all { try await deed.act(account.asking, try await deed.prepare(flow)) }
      // And whole, from the election to the number.
      let queue = FakeQueue()
      queue.set(queued: 7, workers: [:])
      let service = AutoscaleService(
        try AutoscalePlanner(
          AutoscaleSettings(maximum: 7), pools: [AutoscalePool("a", namespace: flow.namespace, maximum: 7)]),
        client: account.asking.client, observer: queue, namespace: flow.namespace, identity: "whole",
        election: try ElectionSettings(), logger: AutoscaleDeed.silent)
      let running = Task { try await service.run() }
      let isSet = try await flow.eventually { try await flow.deployment()["spec", "replicas"] == 7 }
      running.cancel()
      try await running.value
      #expect(isSet)
    }
  }

  @Test("each verb of its Role is needed, and a refusal names it")
  func least() async throws {
    try await FlowServer.real().space { flow in
      try await RightsCase.deployed(flow)
      let rules = try await apply(flow)
      var number = 0
      for (index, rule) in rules.enumerated() {
        for verb in rule.verbs {
          var less = rules
          less[index].verbs.removeAll { $0 == verb }
          less.removeAll { $0.verbs.isEmpty }
          let resource = rule.resources?.first ?? ""
          let deed = AutoscaleDeed.all.first { $0.shows.contains("\(verb) \(resource)") }
          guard let deed else {
            Issue.record("nothing shows what \(verb) \(resource) is needed for")
            continue
          }
          let account = try await Account("less-\(number)", less, in: flow)
          number += 1
          let pod = try await deed.prepare(flow)
          let error = await #expect(throws: KubernetesError.self, "without \(verb) \(resource)") {
            try await deed.act(account.asking, pod)
          }
          #expect(
            error?.message.contains("cannot \(verb) resource \"\(resource)\"") == true, "\(error?.message ?? "")")
        }
      }
    }
  }
}
