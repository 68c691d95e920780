import Kubernetes
import Testing

@testable import WorkerDeployment

/// A user of a real server who has the rights of some rules in one namespace, and no others.
struct Account: Sendable {
  /// As he is: he asks for his rights before he does something.
  let asking: Flow
  /// As one who believes that he has all rights.
  let believing: Flow

  /// How many of his writes reached the server.
  var writes: Int { asking.server.transport.writes }

  /// - Parameters:
  ///   - flow: of an administrator.
  ///   - user: nil: one of his own, to whom a Role with the rules is bound; else somebody to whom others have bound one.
  init(_ name: String, _ rules: [PolicyRule], as user: String? = nil, in flow: Flow) async throws {
    let group = Role.resource.group
    let theirs = user ?? "\(name)-of-\(flow.namespace)"
    if user == nil, !rules.isEmpty {
      let metadata = ObjectMeta(name: name, namespace: flow.namespace)
      try await flow.client.resources(Role.self, in: flow.namespace).create(Role(metadata, rules: rules))
      try await flow.client.resources(RoleBinding.self, in: flow.namespace).create(
        RoleBinding(
          metadata, roleRef: .init(apiGroup: group, kind: "Role", name: name),
          subjects: [.init(kind: "User", name: theirs, apiGroup: group)]))
    }
    func acting(_ believes: Bool) -> Flow {
      let transport = FaultyTransport(
        ActingTransport(next: flow.server.transport, user: theirs, believes: believes))
      let server = FlowServer(transport: transport, configuration: nil, fake: nil)
      return Flow(server: server, client: server.client, namespace: flow.namespace)
    }
    asking = acting(false)
    believing = acting(true)
    guard let rule = rules.first else { return }
    // The server learns of a Role and of its binding a moment later.
    let parts = (rule.resources?.first ?? "").split(separator: "/").map(String.init)
    let type = ResourceType(group: rule.apiGroups?.first ?? "", plural: parts[0], kind: "")
    let isKnown = try await flow.eventually {
      try await asking.client.mayI(
        rule.verbs[0], type, in: flow.namespace, name: rule.resourceNames?.first,
        subresource: parts.count > 1 ? parts[1] : nil
      ).isAllowed
    }
    try #require(isKnown)
  }

  /// - Parameter rights: what the Role grants, each rule as `muster workers rights` writes it.
  init(_ name: String, _ rights: [WorkersRight], in flow: Flow) async throws {
    let role = WorkersRights.role(name, of: rights, in: flow.namespace)
    try await self.init(name, role.rules ?? [], in: flow)
  }
}
