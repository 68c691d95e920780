import ArgumentParser
import Foundation
import Kubernetes

/// `ground-bench kubernetes apply`
struct ApplyBench: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "apply", abstract: "Apply the objects of a manifest on the server's side, several at a time.")

  @Argument var file: String
  @Option(help: "How many applies at a time.") var atOnce = 8

  func run() async throws {
    let client = try KubernetesClient(configuration: .load(), behaviour: ClientBehaviour(requestsPerSecond: 0))
    let objects = try Manifests.read(file: file)
    let maps = ResourceType(plural: "configmaps", kind: "ConfigMap")
    try await withThrowingTaskGroup(of: Void.self) { group in
      for (number, object) in objects.enumerated() {
        if number >= atOnce { try await group.next() }
        group.addTask {
          let target = client.resources(DynamicObject.self, of: maps, in: object.metadata.namespace)
          try await target.apply(object, manager: "bench", force: true)
        }
      }
      try await group.waitForAll()
    }
  }
}
