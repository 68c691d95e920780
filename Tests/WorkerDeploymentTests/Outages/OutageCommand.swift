import Kubernetes
import MusterCore
import Testing

@testable import WorkerDeployment

/// A command that changes something, on a cluster in which it has something to do.
struct OutageCommand: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let prepare: @Sendable (Flow) async throws -> Void
  let plan: @Sendable (Flow) async throws -> DeploymentPlan

  init(
    _ name: String, prepare: @escaping @Sendable (Flow) async throws -> Void = RightsCase.deployed,
    plan: @escaping @Sendable (Flow) async throws -> DeploymentPlan
  ) {
    testDescription = name
    self.prepare = prepare
    self.plan = plan
  }

  static let all = [
    OutageCommand("deploy", prepare: { _ in }) { flow in
      try await WholeScenarios.plan(try WholeScenarios.values(flow), flow)
    },
    OutageCommand("deploy with changes") { flow in
      var values = try WholeScenarios.values(flow)
      values.stage = "4444444"
      values.joinToken = nil
      values.grace = .seconds(7)
      values.endpoint = CoordinatorEndpoint(host: .name("coordinator.example"))
      return try await WholeScenarios.plan(values, flow)
    },
    OutageCommand("deploy over a cluster of the original scripts") { flow in
      try await OriginalCluster(namespace: flow.namespace).apply(flow)
    } plan: { flow in
      var values = try WholeScenarios.values(flow)
      values.replicas = nil
      return try await WholeScenarios.plan(values, flow)
    },
    OutageCommand("scale") { flow in
      try DeploymentPlanner.scale(to: 7, try await flow.observer.observeWorkers())
    },
    OutageCommand("endpoint") { flow in
      try await RightsCase.pointing(flow, to: .address("10.0.0.8"))
    },
    OutageCommand("endpoint with a name") { flow in
      try await RightsCase.pointing(flow, to: .name("coordinator.example"))
    },
    OutageCommand("restart") { flow in
      try DeploymentPlanner.restart(at: Timestamp(milliseconds: 1), try await flow.observer.observeWorkers())
    },
    OutageCommand("teardown") { flow in
      DeploymentPlanner.teardown(try await flow.observer.observeForTeardown())
    },
  ]

  /// What comes of it where nothing is in its way, and after how many writes.
  struct Whole: Sendable {
    var writes: Int
    var outline: [String: JSONValue]
  }

  func undisturbed(_ server: FlowServer) async throws -> Whole {
    var whole = Whole(writes: 0, outline: [:])
    try await server.space { flow in
      try await prepare(flow)
      let plan = try await plan(flow)
      let begin = server.transport.writes
      try await flow.carrier.carryOut(plan)
      whole.writes = server.transport.writes - begin
      whole.outline = try await flow.outline()
    }
    return whole
  }

  /// The second run, and a third that has nothing to do.
  func checkAgain(_ flow: Flow, _ first: DeploymentPlan, _ whole: Whole, _ words: String) async throws {
    let rest = try await plan(flow)
    #expect(rest.actions.count <= first.actions.count, "\(words)")
    try await flow.carrier.carryOut(rest)
    let outline = try await flow.outline()
    let differing = Set(outline.keys).union(whole.outline.keys).filter { outline[$0] != whole.outline[$0] }
    #expect(differing.isEmpty, "\(words)")
    let third = try await plan(flow)
    #expect(third.isEmpty, "\(words): \(third.actions.map(\.subject))")
  }

  /// What a user reads: what went wrong, what was done, what is left, and what to do.
  static func checkSentence(_ error: WorkerDeploymentError, of plan: DeploymentPlan, _ words: String) {
    #expect(error.code == .interrupted, "\(words): \(error.message)")
    let done = error.details["done"] ?? ""
    let left = error.details["left"] ?? ""
    let subjects = (done == "nothing" ? "" : "\(done), ") + left
    #expect(subjects == plan.actions.map(\.subject).joined(separator: ", "), "\(words)")
    let end = " (done: \(done); left: \(left); the same command goes on from here)"
    #expect(error.message.hasSuffix(end) && !error.message.contains("\n"), "\(words): \(error.message)")
  }
}
