import Kubernetes
import SeededDice
import Testing

@testable import WorkerDeployment

/// Every command, cut at its writes.
@Suite("Commands that are cut short")
struct OutageTests {
  private static let faults: [FaultyTransport.Fault] = [.status(500), .answerLost, .lost, .status(429)]

  @Test("in memory, cut at each write: the second run ends as one that was not cut", arguments: OutageCommand.all)
  func anywhere(command: OutageCommand) async throws {
    let server = FlowServer.inMemory()
    let whole = try await command.undisturbed(server)
    #expect(whole.writes > 0)
    for index in 0..<whole.writes {
      try await Self.cut(command, server, whole, at: index, Self.faults[index % Self.faults.count])
    }
  }

  static func cut(
    _ command: OutageCommand, _ server: FlowServer, _ whole: OutageCommand.Whole, at index: Int,
    _ fault: FaultyTransport.Fault
  ) async throws {
    let words = "\(command.testDescription), \(fault) at write \(index)"
    try await server.space { flow in
      try await command.prepare(flow)
      let plan = try await command.plan(flow)
      let begin = server.transport.writes
      server.transport.fail(fault, from: index)
      var error: WorkerDeploymentError?
      do {
        try await flow.carrier.carryOut(plan)
      } catch let caught as WorkerDeploymentError {
        error = caught
      }
      let wasCut = server.transport.writes - begin > index
      server.transport.heal()
      #expect((error != nil) == wasCut, "\(words)")
      if let error { OutageCommand.checkSentence(error, of: plan, words) }
      try await command.checkAgain(flow, plan, whole, words)
    }
  }
}

@Suite("Commands that are cut short, on a real server", .enabled(if: FlowServer.kubeconfig != nil))
struct OutageRealServerTests {
  @Test("cut by 429 and 500: the second run ends as one that was not cut", arguments: OutageCommand.all)
  func answers(command: OutageCommand) async throws {
    let whole = try await WholeRuns.shared.of(command)
    var random = Dice(seed: 6)
    let index = Int.random(in: 0..<whole.writes, using: &random)
    let code = whole.writes.isMultiple(of: 2) ? 429 : 500
    try await OutageTests.cut(command, try FlowServer.real(), whole, at: index, .status(code))
  }
}
