import Kubernetes

extension WorkersRights {
  /// A Role with the rights of some commands, and no others.
  ///
  /// Rights to objects by name name them, but for `create` and `list`, which Kubernetes does not tie to names.
  public static func role(
    _ name: String, for commands: [WorkersCommand], in namespace: String, _ abilities: ClusterAbilities
  ) -> Role {
    role(name, of: commands.flatMap { needed(for: $0, in: namespace, abilities) }, in: namespace)
  }

  static func role(_ name: String, of rights: [WorkersRight], in namespace: String) -> Role {
    Role(ObjectMeta(name: name, namespace: namespace), rules: rules(rights))
  }

  /// A ClusterRole to look at nodes and at what runs on them: without it, all works, and less is said about where workers fit.
  public static func nodeReader(_ name: String) -> ClusterRole {
    let looking = PolicyRule(verbs: ["list", "watch"], apiGroups: [""], resources: ["nodes", "pods"])
    return ClusterRole(ObjectMeta(name: name), rules: [looking])
  }

  private struct Subject: Hashable {
    var group: String
    var resource: String
    var name: String?
  }

  private static func rules(_ rights: [WorkersRight]) -> [PolicyRule] {
    var verbs: [Subject: Set<String>] = [:]
    for right in rights {
      let resource = right.type.plural + (right.subresource.map { "/\($0)" } ?? "")
      let subject = Subject(group: right.type.group, resource: resource, name: right.granted.name)
      verbs[subject, default: []].insert(right.verb)
    }
    // Subjects of one group with the same verbs make one rule.
    var rules: [PolicyRule] = []
    let order = ["get", "list", "watch", "create", "patch", "delete"]
    let sorted = verbs.sorted { a, b in
      (a.key.group, a.key.resource, a.key.name ?? "") < (b.key.group, b.key.resource, b.key.name ?? "")
    }
    for (subject, its) in sorted {
      let list = order.filter { its.contains($0) }
      let index = rules.firstIndex {
        $0.apiGroups == [subject.group] && $0.resources == [subject.resource] && $0.verbs == list
          && ($0.resourceNames == nil) == (subject.name == nil)
      }
      if let index, let name = subject.name {
        rules[index].resourceNames?.append(name)
      } else {
        rules.append(
          PolicyRule(
            verbs: list, apiGroups: [subject.group], resources: [subject.resource],
            resourceNames: subject.name.map { [$0] }))
      }
    }
    return rules
  }
}
