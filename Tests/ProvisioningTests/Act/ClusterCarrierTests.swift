import MusterCore
import RemoteHosts
import Synchronization
import Testing

@testable import Provisioning

@Suite("Carrying out a plan")
struct ClusterCarrierTests {
  private static let inventory = """
    [driver]
    m1 my_iface=eth1
    [worker]
    w1 my_iface=eth1
    w2 my_iface=eth1
    """

  /// A bundle without files to read.
  private static func plan(_ inventory: String = inventory) throws -> ClusterPlan {
    var wanted = try PlanFixture.wanted(inventory)
    for index in wanted.machines.indices {
      wanted.machines[index].files.removeAll { if case .artifact = $0.content { true } else { false } }
      wanted.machines[index].packages = []
    }
    return ClusterPlanner.plan(
      wanted, Dictionary(uniqueKeysWithValues: wanted.machines.map { ($0.name, ObservedMachine()) }))
  }

  private func carry(
    _ plan: ClusterPlan, _ inventory: String = inventory, machines: Int = 30, log: RunLog = RunLog(),
    events: EventLog = EventLog(),
    trouble: @escaping @Sendable (String, String) -> ActingMachine.Trouble? = { _, _ in nil }
  ) async throws -> [String: MachineOutcome] {
    let settings = try PlanFixture.settings(inventory)
    let places = settings.map { its in
      let name = its.name
      return MachinePlace(its, .success(ActingMachine(name, log: log) { trouble(name, $0) }))
    }
    let site = ClusterSite(settings, places, limits: RemoteLimits(machines: machines))
    let carrier = ClusterCarrier(
      site, lock: MachineLock(run: "r1", owner: "o"), secrets: [Secret(PlanFixture.token)]
    ) { events.add($0) }
    return await carrier.carryOut(plan)
  }

  @Test(
    "all is done, agents start after the server and are marked at the end; one machine at a time does not wait for ever",
    arguments: [1, 30])
  func order(machines: Int) async throws {
    let plan = try Self.plan()
    let log = RunLog()
    let events = EventLog()
    let outcomes = try await carry(plan, machines: machines, log: log, events: events)
    #expect(outcomes == ["m1": .done, "w1": .done, "w2": .done])
    let starts = log.all.filter { $0.hasSuffix("start") }
    #expect(starts.first == "m1 --no-block start" && starts.count == 3)
    #expect(log.all.last?.hasPrefix("m1 --overwrite node") == true)
    #expect(events.done == plan.actions.count)
    #expect(events.ended == ["m1": .done, "w1": .done, "w2": .done])
  }

  @Test("an agent that fails stops nobody else, and its node is not marked")
  func agentFails() async throws {
    let log = RunLog()
    let events = EventLog()
    let outcomes = try await carry(try Self.plan(), log: log, events: events) { name, part in
      name == "w1" && part.contains("daemon-reload") ? .status(1, words: "first\nno \(PlanFixture.token) here") : nil
    }
    #expect(outcomes["m1"] == .done && outcomes["w2"] == .done)
    #expect(
      outcomes["w1"]
        == .failed(
          code: "script_failed",
          message: "w1 makes systemd read its files again: no <redacted> here"))
    #expect(!log.all.contains("w1 --no-block start") && !log.all.contains("m1 --overwrite node w1"))
    #expect(log.all.contains("m1 --overwrite node w2"))
    #expect(events.skipped.contains("w1: starts k3s-agent.service: w1 failed before"))
    #expect(events.skipped.contains("m1: marks the node w1: w1 is not ready"))
  }

  @Test("a server that does not run stops its agents, which have been prepared")
  func serverFails() async throws {
    let log = RunLog()
    let outcomes = try await carry(try Self.plan(), log: log) { name, part in
      name == "m1" && part.contains("is-active k3s.service") ? .status(1, words: "k3s.service does not run") : nil
    }
    guard case .failed? = outcomes["m1"] else {
      Issue.record("m1: \(String(describing: outcomes["m1"]))")
      return
    }
    #expect(outcomes["w1"] == .skipped("m1 is not ready, which w1 needs"))
    #expect(log.all.contains("w1 acts") && !log.all.contains { $0.hasPrefix("w") && $0.hasSuffix("start") })
  }

  @Test("a connection that breaks is told of in its own words, with the action at which it broke")
  func lost() async throws {
    let events = EventLog()
    let outcomes = try await carry(try Self.plan(), events: events) { name, part in
      name == "w2" && part.contains("daemon-reload") ? .lost : nil
    }
    #expect(outcomes["w2"] == .failed(code: "connection_lost", message: "w2: the connection broke; run it again"))
    #expect(events.failed == ["w2: makes systemd read its files again"])
  }

  @Test("a machine that another run has locked is not touched")
  func locked() async throws {
    let log = RunLog()
    let outcomes = try await carry(try Self.plan(), log: log) { name, part in
      name == "w1" && part.contains("flock") ? .status(MachineLock.heldStatus, words: "a@b has locked it") : nil
    }
    #expect(outcomes["w1"] == .failed(code: "machine_locked", message: "w1: a@b has locked it"))
    #expect(!log.all.contains { $0.hasPrefix("w1") })
  }

  @Test("stopping ends at once, and says of each machine how far it is")
  func stopped() async throws {
    let log = RunLog()
    let plan = try Self.plan()
    let run = Task {
      try await carry(plan, log: log) { name, part in
        name == "m1" && part.contains("is-active k3s.service") ? .hangs : nil
      }
    }
    await log.wait(for: "m1 hangs")
    run.cancel()
    let outcomes = try await run.value
    #expect(outcomes["m1"] == .skipped("the run was stopped"))
    #expect(outcomes.values.allSatisfy { !$0.isDone })
  }

  @Test("a server that stays forgets a node only when its machine has stopped")
  func reset() async throws {
    let settings = try PlanFixture.settings(Self.inventory)
    var agent = ObservedMachine()
    agent.record = MachineRecord([.unit("k3s-agent.service"), .newFile("/etc/a")])
    agent.units["k3s-agent.service"] = ObservedUnit(isLoaded: true, state: "active", isEnabled: true)
    var server = ObservedMachine()
    server.nodes = ["w1": ObservedNode(isReady: true)]
    let plan = ResetPlanner.plan([("w1", "w1")], ["w1": agent, "m1": server], helper: "m1")
    let log = RunLog()
    let outcomes = try await carry(plan, log: log)
    #expect(outcomes == ["w1": .done, "m1": .done] && settings.count == 3)
    #expect(log.all.firstIndex(of: "m1 delete node") ?? 0 > log.all.firstIndex(of: "w1 acts") ?? 99)

    let other = RunLog()
    let failing = try await carry(plan, log: other) { name, _ in name == "w1" ? .lost : nil }
    #expect(failing["m1"] == .done && !other.all.contains("m1 delete node"))
  }
}

/// What a carrier told.
final class EventLog: Sendable {
  private let events = Mutex<[RunEvent]>([])

  func add(_ event: RunEvent) { events.withLock { $0.append(event) } }

  private func states(_ pick: (MachineAction, RunEvent.ActionState) -> String?) -> [String] {
    events.withLock { $0 }.compactMap {
      if case .action(let action, let state) = $0 { pick(action, state) } else { nil }
    }
  }

  var done: Int { states { action, state in if case .done = state { action.what } else { nil } }.count }
  var failed: [String] {
    states { action, state in if case .failed = state { "\(action.machine): \(action.what)" } else { nil } }
  }
  var skipped: [String] {
    states { action, state in
      if case .skipped(let why) = state { "\(action.machine): \(action.what): \(why)" } else { nil }
    }
  }
  var ended: [String: MachineOutcome] {
    var ended: [String: MachineOutcome] = [:]
    for event in events.withLock({ $0 }) {
      if case .machine(let machine, let outcome) = event { ended[machine] = outcome }
    }
    return ended
  }
}
