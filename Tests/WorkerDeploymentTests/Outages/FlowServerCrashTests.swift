import Kubernetes
import SeededDice
import Synchronization
import Testing

@testable import WorkerDeployment

/// All commands at once, each in a namespace of its own, and in the middle of them the API server itself.
@Suite(
  "Commands under an API server that is killed or stands still", .enabled(if: ControlPlane.program != nil), .serialized,
  .timeLimit(.minutes(5)))
struct FlowServerCrashTests {
  enum Blow: Sendable, CaseIterable {
    /// Dead before a write is sent.
    case killedBefore
    /// Dead when the head of a write's answer has come.
    case killedAfter
    /// It takes a write and does not answer; what it does with it when it goes on, comes late.
    case frozen
  }

  private struct Meeting: Sendable {
    /// All are where they are to be cut, or past it.
    let cut = Gate()
    /// All first runs have ended.
    let ended = Gate()
    /// The server answers again.
    let back = Gate()
  }

  @Test(
    "the second run of each command ends as one that was not cut, and a third has nothing to do",
    arguments: zip(Blow.allCases, [1, 2, 3] as [UInt64]))
  func converge(blow: Blow, seed: UInt64) async throws {
    let commands = OutageCommand.all
    var random = Dice(seed: seed)
    var cuts: [(command: OutageCommand, whole: OutageCommand.Whole, index: Int)] = []
    for command in commands {
      let whole = try await WholeRuns.shared.of(command)
      cuts.append((command, whole, Int.random(in: 0..<whole.writes, using: &random)))
    }
    let meeting = Meeting()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for (who, (command, whole, index)) in cuts.enumerated() {
        group.addTask {
          do {
            try await run(command, whole, index, blow, who, meeting)
          } catch {
            // The others wait for it.
            for gate in [meeting.cut, meeting.ended, meeting.back] { await gate.arrive(who) }
            throw error
          }
        }
      }
      await meeting.cut.all(cuts.count)
      try await ControlPlane.tell(blow == .frozen ? .freeze : .kill)
      await meeting.cut.open()
      await meeting.ended.all(cuts.count)
      try await ControlPlane.tell(blow == .frozen ? .thaw : .again)
      await meeting.back.open()
      try await group.waitForAll()
    }
  }

  private func run(
    _ command: OutageCommand, _ whole: OutageCommand.Whole, _ index: Int, _ blow: Blow, _ who: Int, _ meeting: Meeting
  ) async throws {
    let words = "\(command.testDescription), \(blow) at write \(index)"
    let server = try FlowServer.real()
    try await server.space { flow in
      try await command.prepare(flow)
      let plan = try await command.plan(flow)
      let left = Mutex(index)
      let hook: @Sendable (APIRequest) async throws -> Void = { _ in
        let isHere = left.withLock { left in
          defer { left -= 1 }
          return left == 0
        }
        if isHere { await meeting.cut.arriveAndWait(who) }
      }
      if blow == .killedAfter { server.transport.onWritten(hook) } else { server.transport.onWrite(hook) }
      var error: WorkerDeploymentError?
      do {
        try await Self.impatient(flow).carrier.carryOut(plan)
      } catch let caught as WorkerDeploymentError {
        error = caught
      }
      server.transport.onWrite(nil)
      server.transport.onWritten(nil)
      let wasCut = left.withLock { $0 < 0 }
      await meeting.cut.arrive(who)
      await meeting.ended.arrive(who)
      await meeting.back.arriveAndWait(who)
      // Of an answer whose head has come, the rest may have come too.
      if blow != .killedAfter { #expect((error != nil) == wasCut, "\(words)") }
      if let error { OutageCommand.checkSentence(error, of: plan, words) }
      try await command.checkAgain(Self.patient(flow), plan, whole, words)
    }
  }

  /// Fails at once where the server is dead, and after a while where it stands still.
  private static func impatient(_ flow: Flow) -> Flow {
    client(flow, ClientBehaviour(requestsPerSecond: 0, patience: .seconds(5), idleLimit: .seconds(5), retries: .never))
  }

  /// As a program is, since a server that was started a moment ago may be busy with itself.
  private static func patient(_ flow: Flow) -> Flow { client(flow, ClientBehaviour(requestsPerSecond: 0)) }

  private static func client(_ flow: Flow, _ behaviour: ClientBehaviour) -> Flow {
    let client = KubernetesClient(transport: flow.server.transport, behaviour: behaviour)
    return Flow(server: flow.server, client: client, namespace: flow.namespace)
  }
}
