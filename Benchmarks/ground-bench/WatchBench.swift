import ArgumentParser
import Foundation

import Kubernetes

/// `ground-bench kubernetes watch`
struct WatchBench: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "watch",
    abstract:
      "Keep the pods of a namespace in a cache; say 'synced COUNT' and the memory a pod; go on until told to end.")

  @Option var namespace: String

  /// What a scheduler of work keeps of a pod.
  struct Pod: KubernetesObject {
    struct Spec: Decodable, Sendable { var nodeName: String? }
    struct Status: Decodable, Sendable {
      struct Condition: Decodable, Sendable {
        var type: String
        var status: String
      }
      var phase: String?
      var podIP: String?
      var conditions: [Condition]?
    }
    var metadata: ObjectMeta
    var spec: Spec?
    var status: Status?
  }

  struct Kept: Sendable {
    var labels: [String: String]?
    var node: String?
    var phase: String?
    var address: String?
    var isReady: Bool
  }

  func run() async throws {
    let client = try KubernetesClient(configuration: .load(), behaviour: ClientBehaviour(requestsPerSecond: 0))
    let pods = client.resources(Pod.self, of: ResourceType(plural: "pods", kind: "Pod"), in: namespace)
    let before = try await resident()
    let cache = ResourceCache(pods) { pod in
      Kept(
        labels: pod.metadata.labels, node: pod.spec?.nodeName, phase: pod.status?.phase, address: pod.status?.podIP,
        isReady: pod.status?.conditions?.contains { $0.type == "Ready" && $0.status == "True" } ?? false)
    }
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await cache.run() }
      try await cache.waitForSync()
      say("synced \(cache.count)")
      let grown = try await resident() - before
      say("\(grown / max(cache.count, 1)) bytes a pod, everything counted")
      for try await _ in cache.changes() {}
    }
  }

  /// At once: `print` keeps lines back when nobody sees them.
  private func say(_ line: String) { FileHandle.standardOutput.write(Data("\(line)\n".utf8)) }

  /// Resident memory of this process, in bytes.
  private func resident() async throws -> Int {
    let fields = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8).split(separator: " ")
    return (Int(fields[1]) ?? 0) * 4096
  }
}
