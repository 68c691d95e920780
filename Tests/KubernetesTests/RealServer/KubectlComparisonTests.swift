import Foundation
import Testing

@testable import Kubernetes

/// Runs where the environment names a kubeconfig and a kubectl.
@Suite("What is read is what kubectl reads", .enabled(if: Kubectl.isThere))
struct KubectlComparisonTests {
  @Test("every object of every kind that is there, member by member")
  func objects() async throws {
    let client = KubernetesClient(configuration: try ClientConfiguration.load(kubeconfig: ContractServer.kubeconfig))
    var compared = 0
    for kind in FakeKinds.builtIn where !["events", "leases", "endpoints"].contains(kind.resource.plural) {
      for version in kind.versions {
        var resource = kind.resource
        resource.version = version
        let list: ResourceList<DynamicObject>
        do {
          list = try await client.resources(DynamicObject.self, of: resource).listAll()
        } catch let error as KubernetesError where error.status?.code == 404 {
          // This server does not have the version; any other failure is one.
          continue
        }
        let name = "\(resource.plural).\(version)" + (resource.group.isEmpty ? "." : ".\(resource.group)")
        let text = try Kubectl.get(name, "--all-namespaces", "-o", "json")
        let theirs = try JSONReader.parse(text.utf8)["items"]?.array ?? []
        var mine: [String: JSONValue] = [:]
        for item in list.items {
          mine[item.metadata.uid ?? ""] = .object(item.content)
        }
        for item in theirs {
          let uid = item["metadata", "uid"]?.string ?? ""
          // What others write all the time may have changed in between.
          guard mine[uid]?["metadata", "resourceVersion"] == item["metadata", "resourceVersion"] else { continue }
          #expect(mine[uid] == item, "\(name) \(item["metadata", "name"]?.string ?? "")")
          compared += 1
        }
      }
    }
    #expect(compared > 50)
  }

  @Test("a manifest that kubectl prints is read, applied and read back as the same object")
  func manifests() async throws {
    let client = KubernetesClient(configuration: try ClientConfiguration.load(kubeconfig: ContractServer.kubeconfig))
    let yaml = try Kubectl.get("clusterrole", "view", "-o", "yaml")
    let read = try #require(try Manifests.read(yaml).first)
    let json = try JSONReader.parse(Kubectl.get("clusterrole", "view", "-o", "json").utf8)
    #expect(JSONValue.object(read.content) == json)
    let again = try #require(try Manifests.read(try Manifests.yaml([read])).first)
    #expect(again.content == read.content)
    let resource = ResourceType(
      group: "rbac.authorization.k8s.io", plural: "clusterroles", kind: "ClusterRole", isNamespaced: false)
    let same = try await client.resources(DynamicObject.self, of: resource).replace(read)
    #expect(same.metadata.resourceVersion == read.metadata.resourceVersion)
  }
}
