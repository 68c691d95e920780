import RemoteHosts
import Synchronization
import Testing

@testable import Provisioning

@Suite("Trying the ports between machines")
struct PortTrialTests {
  private static let listening = """
    muster-ports\t1
    listening\ttcp\t6443
    listening\ttcp\t10250
    listening\tudp\t8472
    listening\ttcp\t80
    listening\ttcp\t443
    process\t99
    end

    """

  private func members(_ answer: @escaping @Sendable (String, RemoteScript) throws -> String) throws -> [PortTrial
    .Member]
  {
    try Machines.of(Machines.three).enumerated().map { number, settings in
      let shell = ScriptedShell(settings.name) { try answer(settings.name, $0) }
      return PortTrial.Member(settings, Machines.facts(settings.name, number + 1), shell)
    }
  }

  /// Says the same of every try that a script has.
  private static func outcomes(_ script: RemoteScript, _ outcome: String) -> String {
    let count = script.text.components(of: "'tcp:") + script.text.components(of: "'udp:")
    return "muster-ports\t1\n" + (0..<count).map { "try\t\($0)\t\(outcome)\n" }.joined() + "end\n"
  }

  @Test("every machine tries what it needs of every other one, and the listeners are stopped")
  func all() async throws {
    let stopped = Mutex(0)
    let members = try members { _, script in
      if script.purpose.hasPrefix("listens") { return Self.listening }
      if script.purpose.hasPrefix("tries") { return Self.outcomes(script, "open") }
      if script.text.contains("kill 99") { stopped.withLock { $0 += 1 } }
      return ""
    }
    let tries = await PortTrial(members, CheckOptions()).run()
    #expect(tries.allSatisfy { $0.outcome == .open })
    // The server is asked for 6443, 10250, 8472, 80 and 443 by two agents; the agents for 10250 and 8472 by two others each.
    #expect(tries.count == 18)
    #expect(Set(tries.filter { $0.to == "m1" }.map(\.address)) == ["192.168.5.1"])
    #expect(stopped.withLock { $0 } == 3)
  }

  @Test("a machine that cannot be asked fails only what is tried with it")
  func oneFails() async throws {
    let members = try members { name, script in
      if name == "w1" { throw RemoteHostError(.lost, "the connection to w1 broke") }
      return script.purpose.hasPrefix("listens") ? Self.listening : Self.outcomes(script, "open")
    }
    let tries = await PortTrial(members, CheckOptions()).run()
    #expect(tries.filter { $0.from == "w2" && $0.to == "m1" }.allSatisfy { $0.outcome == .open })
    #expect(tries.filter { $0.from == "w1" }.allSatisfy { $0.outcome == .notTried("w1: the connection to w1 broke") })
    #expect(tries.filter { $0.to == "w1" }.allSatisfy { $0.outcome == .notTried("w1: the connection to w1 broke") })
    #expect(tries.count == 18)
  }

  @Test("a port that is in use is tried with a connection, if it has one")
  func inUse() async throws {
    let members = try members { name, script in
      guard script.purpose.hasPrefix("listens") else { return Self.outcomes(script, "open") }
      return name == "m1" ? Self.listening.replacing("listening", with: "taken") : Self.listening
    }
    let tries = await PortTrial(members, CheckOptions()).run().filter { $0.to == "m1" }
    let untried = tries.filter { $0.outcome != .open }
    #expect(Set(untried.map(\.port)) == [ClusterPort(8472, .udp)])
    #expect(untried.first?.outcome == .notTried("it is in use on m1, and only TCP can be tried then"))
  }

  @Test("an answer that means nothing is a try that was not made")
  func meaningless() async throws {
    let members = try members { _, script in script.purpose.hasPrefix("listens") ? Self.listening : "hello" }
    let tries = await PortTrial(members, CheckOptions()).run()
    #expect(!tries.isEmpty)
    #expect(tries.allSatisfy { if case .notTried = $0.outcome { true } else { false } })
  }

  @Test("who answers on a machine whose k3s runs may be a pod, which has no mark")
  func pods() throws {
    let settings = try #require(try Machines.of(Machines.three).first)
    var facts = Machines.facts("m1", 1)
    var listener = PortAnswer()
    listener.listening = [ClusterPort(80), ClusterPort(8472, .udp)]
    func isMarked(_ port: ClusterPort) throws -> Bool {
      let holder = PortTrial.Member(settings, facts, ScriptedShell("m1") { _ in "" })
      return try PortTrial.way(to: port, of: holder, listener).get()
    }
    #expect(try isMarked(ClusterPort(80)))
    facts.units["k3s"] = "active"
    #expect(try !isMarked(ClusterPort(80)) && isMarked(ClusterPort(8472, .udp)))
  }

  @Test("etcd's ports are needed between several servers only")
  func needs() throws {
    let ports = { (inventory: String) in
      try PortNeed.all(for: Machines.of(inventory), CheckOptions()).filter { !$0.callers.isEmpty }.map(\.port.number)
    }
    #expect(try ports(Machines.three) == [6443, 10250, 8472, 80, 443])
    #expect(try ports("[server]\na\nb\nc\n[agent]\nd") == [6443, 2379, 2380, 10250, 8472, 80, 443])
    let registry = try PortNeed.all(
      for: Machines.of("[driver]\na\n[registry]\nr"), CheckOptions(registryPort: 5000, sharesImages: true))
    #expect(registry.first { $0.port.number == 5000 }?.holders == ["r"])
    #expect(registry.contains { $0.port.number == 5001 })
  }
}

extension String {
  fileprivate func components(of text: String) -> Int { ranges(of: text).count }
}
