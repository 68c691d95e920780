import Kubernetes
import Testing

@testable import WorkerDeployment

/// Runs where the environment names a kubeconfig.
@Suite("A real API server takes the workers' objects", .enabled(if: ObjectsRealServer.kubeconfig != nil))
struct ObjectsRealServerTests {
  /// A namespace of the test's own, which goes afterwards.
  private func withNamespace(_ body: (KubernetesClient, String) async throws -> Void) async throws {
    let client = KubernetesClient(configuration: try ClientConfiguration.load(kubeconfig: ObjectsRealServer.kubeconfig))
    let name = "objects-\(UInt32.random(in: 0...UInt32.max))"
    let namespaces = client.resources(DynamicObject.self, of: Namespace.resource)
    _ = try await namespaces.create(DynamicObject(Namespace.resource, name: name))
    do {
      try await body(client, name)
    } catch {
      _ = try? await namespaces.delete(name)
      throw error
    }
    _ = try await namespaces.delete(name)
  }

  private func apply(
    _ object: WantedObject, _ client: KubernetesClient, _ namespace: String, isDryRun: Bool
  ) async throws -> DynamicObject {
    try await client.resources(DynamicObject.self, of: object.type, in: namespace).apply(
      object.object, ApplyOptions(manager: WorkerNames.manager, force: true, isDryRun: isDryRun))
  }

  private func abilities(_ client: KubernetesClient) async throws -> ClusterAbilities {
    var abilities = ClusterAbilities()
    let discovery = try await client.discover()
    abilities.disruptionBudgets = try? discovery.find("poddisruptionbudgets").type
    abilities.endpointSlices = try? discovery.find("endpointslices").type
    return abilities
  }

  @Test("and what it makes of them, with its defaults and spellings, is no drift")
  func drift() async throws {
    var all = [TestValues.least, try TestValues.most()]
    // In whatever spelling; and what the server leaves out.
    all[1].requests = try TestValues.quantities(["cpu": "1000m", "memory": "1024Mi"])
    all[1].limits = all[1].requests
    all[1].environment["EMPTY"] = ""
    all[1].annotations["example.org/long"] = String(repeating: "x", count: 1000)
    all[1].priorityClass = nil
    all[1].endpoint = CoordinatorEndpoint(host: .address("fd00::7"))
    for var values in all {
      try await withNamespace { client, namespace in
        values.namespace = namespace
        let observer = ClusterObserver(client: client, namespace: namespace)
        for object in try WorkerObjects(values, try await observer.abilities()).all() {
          // Without the other family's service the rest is looked at all the same.
          _ = try await applyIfOfItsFamily(object, client, namespace, isDryRun: false)
        }
        let report = try await observer.drift(try await observer.abilities())
        #expect(report.drifts.filter { $0.object != "service/cluster-coordinator" } == [])
        #expect(report.unknown == [])
      }
    }
  }

  @Test("of every change of the values, as a trial, and keeps every field of ours")
  func trial() async throws {
    try await withNamespace { client, namespace in
      let abilities = try await abilities(client)
      var all = [TestValues.least, try TestValues.most()]
      all[1].priorityClass = "system-node-critical"
      for (name, change) in EffectTests.changes where !["priority class", "runtime class"].contains(name) {
        var values = TestValues.least
        try change(&values)
        all.append(values)
      }
      all += try VariablePlan.all.map { try $0.values() }
      for var values in all {
        values.namespace = namespace
        var withSlices = abilities
        withSlices.mirrorsEndpoints = false
        for abilities in [abilities, withSlices] {
          for object in try WorkerObjects(values, abilities).all() {
            // Priority classes of the system are for its own namespace: the server says so after all else is right.
            if values.priorityClass != nil, object.type.kind == "Deployment" { continue }
            guard let answer = try await applyIfOfItsFamily(object, client, namespace, isDryRun: true) else { continue }
            let fields = ObjectFields.all([answer])
            for (field, value) in ObjectFields.all([object.object]) where value != "{}" {
              // A server that knows one family of addresses only leaves the field out.
              if field.contains("ipFamilies") { continue }
              #expect(fields[field] == value, "\(object.title) \(field)")
            }
          }
        }
      }
    }
  }

  /// What the server makes of an object. Nil: it has addresses of one family only, and refuses the other's service, as
  /// servers since 1.23 do.
  private func applyIfOfItsFamily(
    _ object: WantedObject, _ client: KubernetesClient, _ namespace: String, isDryRun: Bool
  ) async throws -> DynamicObject? {
    do {
      return try await apply(object, client, namespace, isDryRun: isDryRun)
    } catch let error as KubernetesError
      where object.type.kind == "Service" && error.message.contains("not configured on this cluster")
    {
      return nil
    }
  }

  @Test("and a second time changes nothing")
  func again() async throws {
    try await withNamespace { client, namespace in
      var values = TestValues.least
      values.namespace = namespace
      values.replicas = 0
      values.login = TestValues.login()
      values.joinToken = try TestValues.most().joinToken
      values.requests = try TestValues.quantities(["cpu": "1500m", "memory": "1024Mi"])
      let objects = try await WorkerObjects(values, abilities(client)).all()
      for object in objects { _ = try await apply(object, client, namespace, isDryRun: false) }
      for object in objects {
        let resources = client.resources(DynamicObject.self, of: object.type, in: namespace)
        let before = try await resources.get(object.name)
        let trial = try await apply(object, client, namespace, isDryRun: true)
        #expect(trial["spec"] == before["spec"] && trial["data"] == before["data"], "\(object.title)")
        #expect(trial["metadata", "generation"] == before["metadata", "generation"], "\(object.title)")
      }
    }
  }

  @Test("over the original's objects, whose deployment keeps its selector, its one container and its pods' names")
  func original() async throws {
    try await withNamespace { client, namespace in
      let discovery = try await client.discover()
      for var object in try Manifests.read(Recorded.text("original.yaml")) {
        object.namespace = namespace
        if object.kind == "Deployment" { object["spec", "replicas"] = 1 }
        let type = try discovery.find(object.kind ?? "").type
        _ = try await client.resources(DynamicObject.self, of: type, in: namespace).create(object)
      }
      let deployments = client.resources(DynamicObject.self, of: Deployment.resource, in: namespace)
      let live = try await deployments.get(WorkerNames.deployment)
      var values = TestValues.least
      values.namespace = namespace
      values.stage = "next"
      for object in try await WorkerObjects(values, abilities(client), adopted: live).all() {
        _ = try await apply(object, client, namespace, isDryRun: false)
      }
      let after = try await deployments.get(WorkerNames.deployment)
      #expect(after["spec", "selector"] == live["spec", "selector"])
      #expect(after["spec", "replicas"]?.integer == 1)
      #expect(after["spec", "template", "spec", "containers"]?.array?.count == 1)
      #expect(after["metadata", "labels", "stage"]?.string == "next")
      let pods = client.resources(Pod.self, in: namespace)
      for _ in 0..<200 {
        let names = try await pods.list().items.compactMap(\.metadata.name)
        if !names.isEmpty {
          // What the original's table keeps of a prover's id.
          #expect(names.allSatisfy { $0.count <= 30 && $0.hasPrefix("prover-cli-t-") }, "\(names)")
          return
        }
        try await Task.sleep(for: .milliseconds(50))
      }
      Issue.record("no pod was made")
    }
  }
}
