import Kubernetes
import Testing

@testable import WorkerDeployment

/// All manifests in `deploy/` that are about rights.
@Suite("The manifests' rights on a real server", .enabled(if: FlowServer.kubeconfig != nil))
struct ManifestRightsRealServerTests {
  @Test("they are taken as they are, bind who stands beside them, and grant no more than is named")
  func manifests() async throws {
    try await FlowServer.real().space { flow in
      let directory = try await flow.client.discover()
      var files: [String] = []
      for file in DeployedManifests.files() {
        let objects = try DeployedManifests.read(file, namespace: flow.namespace)
        let rights = objects.filter(DeployedManifests.isAboutRights)
        guard !rights.isEmpty else { continue }
        files.append(file)
        for object in rights {
          let served = directory.resources.first {
            $0.type.kind == object.kind && $0.type.apiVersion == object.content["apiVersion"]?.string
          }
          let type = try #require(served?.type, "\(file): \(object.kind ?? "")")
          _ = try await flow.resources(type).apply(
            object, ApplyOptions(manager: "test", isDryRun: true))
          for rule in object["rules"]?.array ?? [] {
            for part in ["verbs", "resources", "apiGroups"] {
              let said = (rule[.name(part)]?.array ?? []).compactMap(\.string)
              #expect(!said.isEmpty && !said.contains("*"), "\(file)")
            }
          }
          for subject in object["subjects"]?.array ?? [] {
            let isThere = objects.contains { $0.kind == subject["kind"]?.string && $0.name == subject["name"]?.string }
            #expect(isThere, "\(file): \(subject["name"]?.string ?? "")")
          }
        }
      }
      #expect(files.contains("autoscale/rbac.yaml"))
    }
  }
}
