import MusterCore
import NIOCore
import Synchronization
import Testing

@testable import Kubernetes

@Suite("Electing a leader by a Lease", .timeLimit(.minutes(1)))
struct LeaderElectorTests {
  /// A stand-in for the one lease of a server.
  final class LeaseServer: Sendable {
    struct State {
      var lease: DynamicObject?
      var version = 0
      var isDown = false
    }

    let state = Mutex(State())

    func answer(_ request: APIRequest) throws -> APIResponse {
      try state.withLock { state in
        if state.isDown { throw KubernetesError(.unreachable, "nobody answers") }
        if request.method == .get {
          guard let lease = state.lease else { return .refusal(404, "NotFound") }
          return .json(String(buffer: lease.json))
        }
        var lease = try DynamicObject.decode(try #require(request.body))
        if request.method == .post && state.lease != nil { return .refusal(409, "AlreadyExists") }
        if request.method == .put && lease.resourceVersion != state.lease?.resourceVersion {
          return .refusal(409, "Conflict")
        }
        state.version += 1
        lease.resourceVersion = String(state.version)
        state.lease = lease
        return .json(String(buffer: lease.json))
      }
    }

    var record: LeaseRecord? { state.withLock { $0.lease.map { LeaseRecord($0) } } }
  }

  let server = LeaseServer()

  func elector(_ identity: String, time: any Timekeeper, told: @escaping @Sendable (String) -> Void = { _ in }) throws
    -> LeaderElector
  {
    let transport = ScriptedTransport { [server] request, _ in try server.answer(request) }
    return LeaderElector(
      .scripted(transport, time: time), lease: "l", in: "lab", identity: identity, settings: try ElectionSettings(),
      onLeader: told)
  }

  @Test("who leads works until it is done, and gives the lease back; the next need not wait")
  func handOver() async throws {
    let time = ManualTime()
    let leaders = Mutex<[String]>([])
    for identity in ["a", "b"] {
      let elector = try elector(identity, time: time) { leader in leaders.withLock { $0.append(leader) } }
      let result = try await elector.run {
        #expect(elector.isLeading && elector.leader == identity)
        #expect(server.record?.holder == identity)
        return identity
      }
      #expect(result == identity)
      #expect(server.record?.holder == "")
      #expect(!elector.isLeading)
    }
    #expect(server.record?.transitions == 1)
    #expect(leaders.withLock { $0 } == ["a", "b"])
  }

  @Test("a leader that cannot reach the server is stopped in time, and says so")
  func lost() async throws {
    let time = JumpingTime()
    let elector = try elector("a", time: time)
    let stopped = Mutex(false)
    let error = await #expect(throws: KubernetesError.self) {
      try await elector.run {
        server.state.withLock { $0.isDown = true }
        let bell = Bell()
        while !Task.isCancelled { await bell.wait() }
        stopped.withLock { $0 = true }
      }
    }
    #expect(error?.code == .deadline && error?.message.contains("lease 'l' in namespace 'lab' was lost") == true)
    #expect(stopped.withLock { $0 })
    #expect(!elector.isLeading)
  }

  @Test("a candidate waits for as long as another renews, and leads when it is cancelled")
  func cancelled() async throws {
    let time = ManualTime()
    let first = try elector("a", time: time)
    let second = try elector("b", time: time)
    let begun = Bell()
    let leader = Task {
      try await first.run {
        begun.ring()
        let bell = Bell()
        while !Task.isCancelled { await bell.wait() }
        throw CancellationError()
      }
    }
    await begun.wait()
    let hasLed = Mutex(false)
    let next = Task {
      try await second.run {
        hasLed.withLock { $0 = true }
        return second.leader
      }
    }
    try await until { second.leader == "a" }
    leader.cancel()
    await #expect(throws: CancellationError.self) { try await leader.value }
    try await until {
      if time.sleeperCount > 0 { time.advance(by: .milliseconds(100)) }
      return hasLed.withLock { $0 }
    }
    #expect(try await next.value == "b")
  }

  @Test("a leader that is cancelled renews until it has really ended, and only then gives the lease back")
  func slowEnd() async throws {
    // Jumps over the pauses between renewals, and not over their deadlines.
    let elector = try elector("a", time: JumpingTime(over: .seconds(3)))
    let begun = Bell()
    let mayEnd = Bell()
    let running = Task {
      try await elector.run {
        begun.ring()
        // Deaf to being cancelled, as a write that is under way.
        await Task { await mayEnd.wait() }.value
        return elector.isLeading
      }
    }
    await begun.wait()
    running.cancel()
    let first = server.state.withLock { $0.version }
    try await until { server.state.withLock { $0.version } >= first + 20 }
    #expect(server.record?.holder == "a")
    mayEnd.ring()
    #expect(try await running.value)
    #expect(server.record?.holder == "")
  }

  /// An elector whose write number `cut` is carried out and never answered; `arrived` rings when it is.
  private func cutElector(cut: Int, arrived: Bell, time: any Timekeeper) throws -> LeaderElector {
    let writes = Mutex(0)
    let transport = ScriptedTransport { [server] request, _ in
      let answer = try server.answer(request)
      guard request.method != .get else { return answer }
      let number = writes.withLock { writes in
        defer { writes += 1 }
        return writes
      }
      guard number == cut else { return answer }
      arrived.ring()
      let bell = Bell()
      while !Task.isCancelled { await bell.wait() }
      throw CancellationError()
    }
    return LeaderElector(
      .scripted(transport, time: time), lease: "l", in: "lab", identity: "a", settings: try ElectionSettings())
  }

  @Test("a leader that ends while a renewal is under way gives back the lease that the renewal wrote")
  func cutRenewal() async throws {
    let arrived = Bell()
    // Jumps over the pause before the renewal, and not over its deadline.
    let elector = try cutElector(cut: 1, arrived: arrived, time: JumpingTime(over: .seconds(3)))
    try await elector.run { await arrived.wait() }
    #expect(server.record?.holder == "")
    #expect(server.state.withLock { $0.version } == 3)
  }

  @Test("a candidate that is cancelled while it takes the lease gives it back")
  func cutTaking() async throws {
    let arrived = Bell()
    let elector = try cutElector(cut: 0, arrived: arrived, time: ManualTime())
    let running = Task { try await elector.run {} }
    await arrived.wait()
    running.cancel()
    await #expect(throws: CancellationError.self) { try await running.value }
    #expect(server.record?.holder == "")
  }

  @Test("an election does not wait behind the rate limit of a busy client")
  func busyClient() async throws {
    let transport = ScriptedTransport { [server] request, _ in try server.answer(request) }
    let behaviour = ClientBehaviour(requestsPerSecond: 0.001, burst: 1, retries: .never)
    let client = KubernetesClient(transport: transport, behaviour: behaviour, time: ManualTime())
    try await client.waitForTurn()
    let elector = LeaderElector(client, lease: "l", in: "lab", identity: "a", settings: try ElectionSettings())
    try await elector.run {}
    #expect(server.record?.holder == "")
  }

  @Test("who may not touch the lease is told so")
  func forbidden() async throws {
    let transport = ScriptedTransport { _, _ in .refusal(403, "Forbidden", "no") }
    let elector = LeaderElector(
      .scripted(transport), lease: "l", in: "lab", identity: "a", settings: try ElectionSettings())
    let error = await #expect(throws: KubernetesError.self) { try await elector.run {} }
    #expect(error?.status?.code == 403)
  }
}
