import Kubernetes
import Testing

/// Runs where the environment names a kubeconfig.
@Suite(
  "A real API server takes the coordinator's manifests",
  .enabled(if: CoordinatorManifests.kubeconfig != nil))
struct CoordinatorManifestsRealServerTests {
  @Test("each, as a trial, without a field that it does not know, and their pods under Pod Security restricted")
  func trial() async throws {
    let manifests = try CoordinatorManifests()
    let client = KubernetesClient(
      configuration: try ClientConfiguration.load(kubeconfig: CoordinatorManifests.kubeconfig))
    let name = "coordinator-\(UInt32.random(in: 0...UInt32.max))"
    let namespaces = client.resources(DynamicObject.self, of: Namespace.resource)
    var namespace = try manifests.object("Namespace", CoordinatorManifests.namespace)
    namespace["metadata", "name"] = .string(name)
    _ = try await namespaces.create(namespace)
    do {
      let directory = try await client.discover()
      for object in manifests.objects where object.kind != "Namespace" {
        try await take(object, client, directory, name)
      }
      for set in manifests.all("StatefulSet") { try await takePod(set, client, name) }
    } catch {
      _ = try? await namespaces.delete(name)
      throw error
    }
    _ = try await namespaces.delete(name)
  }

  private func take(
    _ object: DynamicObject, _ client: KubernetesClient, _ directory: APIDirectory, _ namespace: String
  ) async throws {
    var object = object
    object["metadata", "namespace"] = .string(namespace)
    // As the manifest says itself.
    if object.kind == "PodDisruptionBudget" {
      object.apiVersion = try directory.find("poddisruptionbudgets").type.apiVersion
    }
    let type = try directory.find(apiVersion: object.apiVersion ?? "", kind: object.kind ?? "").type
    let answer = try await client.resources(DynamicObject.self, of: type, in: namespace).apply(
      object, ApplyOptions(manager: "muster-test", isDryRun: true, fieldValidation: "Strict"))
    // A server before 1.25 drops what it does not know.
    try isKept(
      object.content.filter { $0.key != "metadata" }, in: answer.content, "\(object.kind ?? "")/\(object.name ?? "")")
  }

  private func isKept(_ asked: [String: JSONValue], in kept: [String: JSONValue], _ path: String) throws {
    for (key, value) in asked {
      let other = try #require(kept[key], "\(path).\(key)")
      switch (value, other) {
      case (.object(let inner), .object(let kept)): try isKept(inner, in: kept, "\(path).\(key)")
      case (.array(let inner), .array(let kept)):
        #expect(inner.count == kept.count, "\(path).\(key)")
        for (index, pair) in zip(inner, kept).enumerated() {
          guard case (.object(let inner), .object(let kept)) = pair else { continue }
          try isKept(inner, in: kept, "\(path).\(key)[\(index)]")
        }
      default: break
      }
    }
  }

  /// Of sets Pod Security only warns; pods it refuses.
  private func takePod(_ set: DynamicObject, _ client: KubernetesClient, _ namespace: String) async throws {
    var spec = try #require(set["spec", "template", "spec"])
    // The account would have to be there.
    spec["serviceAccountName"] = nil
    let claims = (set["spec", "volumeClaimTemplates"]?.array ?? []).compactMap { $0["metadata", "name"]?.string }
    let volumes = (spec["volumes"]?.array ?? []) + claims.map { ["name": .string($0), "emptyDir": [:]] }
    spec["volumes"] = .array(volumes)
    let pod: JSONValue = ["metadata": ["generateName": "trial-"], "spec": spec]
    for _ in 0..<200 {
      do {
        _ = try await client.resources(DynamicObject.self, of: Pod.resource, in: namespace).create(
          pod, WriteOptions(isDryRun: true))
        return
      } catch let error as KubernetesError where error.message.contains("serviceaccount") {
        // A namespace gets its account a moment after it was made.
        try await Task.sleep(for: .milliseconds(50))
      }
    }
    Issue.record("the namespace got no service account")
  }
}
