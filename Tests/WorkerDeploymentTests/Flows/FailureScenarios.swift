import Kubernetes
import Testing

@testable import WorkerDeployment

enum FailureScenarios {
  /// Deploys into one namespace after the other, and each time a later write is the first to fail; then once more without
  /// failures, after which all has to be as if there had been none.
  static func cutAnywhere(
    _ server: FlowServer, before: @Sendable (Flow) async throws -> Void,
    wanted: @Sendable (Flow) async throws -> WantedFixture
  ) async throws {
    let transport = server.transport
    var whole: [String: JSONValue] = [:]
    var writes = 0
    try await server.space { flow in
      try await before(flow)
      let begin = transport.writes
      try await flow.deploy(try await wanted(flow))
      writes = transport.writes - begin
      whole = try await flow.outline()
    }
    #expect(writes > 5)
    let faults: [FaultyTransport.Fault] = [.status(500), .answerLost, .lost, .status(429)]
    // A real server takes its time to make namespaces: there, each kind of failure and not each place.
    for index in stride(from: 0, to: writes, by: server.fake == nil ? 3 : 1) {
      try await server.space { flow in
        try await before(flow)
        let wanted = try await wanted(flow)
        let plan = try await flow.plan(wanted)
        let begin = transport.writes
        transport.fail(faults[index % faults.count], from: index)
        var error: WorkerDeploymentError?
        do {
          try await flow.carrier.carryOut(plan)
        } catch let caught as WorkerDeploymentError {
          error = caught
        }
        transport.heal()
        // Where a real server's controllers made the measured run write again, this one may be over before.
        if error == nil, server.fake == nil, transport.writes - begin <= index { return }
        #expect(error?.code == .interrupted)
        #expect(error?.details["left"]?.isEmpty == false)
        let rest = try await flow.deploy(wanted)
        #expect(rest.actions.count <= plan.actions.count)
        let outline = try await flow.outline()
        let differing = Set(outline.keys).union(whole.keys).filter { outline[$0] != whole[$0] }
        #expect(differing.isEmpty, "cut at write \(index)")
        #expect(try await flow.plan(wanted).isEmpty)
      }
    }
  }

  static let all = [
    Scenario("a deployment that was cut at any point goes on from there") { flow in
      try await cutAnywhere(flow.server, before: { _ in }) { try await $0.wanted() }
    },
    Scenario("an error says what was done and what is left") { flow in
      let plan = try await flow.plan(try await flow.wanted())
      flow.server.transport.fail(.status(500), from: 1)
      let error = await #expect(throws: WorkerDeploymentError.self) { try await flow.carrier.carryOut(plan) }
      flow.server.transport.heal()
      #expect(error?.details["done"] == "configmap/cluster-conf")
      #expect(error?.details["left"]?.hasPrefix("secret/img-cred, service/cluster-coordinator") == true)
      #expect(error?.message.contains("injected") == true)
      #expect(error?.message.contains("the same command goes on from here") == true)
    },
    Scenario("an API server that cannot be asked fails the look, and changes nothing") { flow in
      let wanted = try await flow.wanted()
      guard let fake = flow.server.fake else { return }
      for code in [429, 500] {
        fake.fail(next: 1, with: Status(status: "Failure", code: code)) { $0.query.contains { $0.name == "dryRun" } }
        await #expect(throws: KubernetesError.self) { try await flow.plan(wanted) }
      }
      #expect(flow.server.transport.writes == 1)
    },
  ]
}
