import Foundation
import Kubernetes
import MusterCore
import Testing

@testable import WorkerDeployment

/// A situation as a real Kubernetes 1.20 left it: objects from its API server, reduced to the fields that are read, with the
/// registry's host replaced.
struct RecordedSituation: Decodable {
  var namespace: Namespace
  var deployment: Deployment?
  var replicaSets: [WorkerSet]
  var pods: [WorkerPod]
  var events: [WorkerEvent]
  var nodes: [WorkerNode]
  var quotas: [ResourceQuota]
  var logs: [String: [String]]

  static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Recorded")

  static func named(_ name: String) throws -> WorkersSituation {
    let data = try Data(contentsOf: folder.appending(path: "\(name).json"))
    let recorded = try JSONDecoder().decode(RecordedSituation.self, from: data)
    var situation = WorkersSituation(
      time: Timestamp(milliseconds: 1_795_820_700_000), namespace: recorded.namespace.metadata.name ?? "")
    situation.place = recorded.namespace
    situation.deployment = recorded.deployment
    situation.sets = recorded.replicaSets
    situation.pods = recorded.pods
    situation.events = recorded.events
    situation.nodes = recorded.nodes
    situation.quotas = recorded.quotas
    situation.logs = recorded.logs
    return situation
  }

  static func all() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".json") }
      .map { String($0.dropLast(5)) }.sorted()
  }
}
