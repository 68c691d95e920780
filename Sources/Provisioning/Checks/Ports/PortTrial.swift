import Inventory
import RemoteHosts

/// Tries, between every two machines that need it, whether a port of the one can be reached from the other.
///
/// A listener of Muster's holds each port that is free and answers with a mark, over TCP and UDP. It writes nothing to a disk, is
/// stopped at the end, and ends by itself with the connection. A port that is in use already is tried with a connection.
public struct PortTrial: Sendable {
  /// A machine that takes part.
  public struct Member: Sendable {
    public var settings: MachineSettings
    public var facts: MachineFacts
    public var shell: any RemoteShell

    public init(_ settings: MachineSettings, _ facts: MachineFacts, _ shell: any RemoteShell) {
      self.settings = settings
      self.facts = facts
      self.shell = shell
    }
  }

  private let members: [Member]
  private let needs: [PortNeed]
  private let addresses: [String: String]
  private let seconds: Int
  private let mark: String

  /// - Parameters:
  ///   - members: the machines that answered; the others can neither be called nor call.
  ///   - seconds: how long an answer may take.
  public init(_ members: [Member], _ options: CheckOptions, seconds: Int = 3) {
    self.members = members
    self.seconds = seconds
    needs = PortNeed.all(for: members.map(\.settings), options)
    var addresses: [String: String] = [:]
    for member in members {
      addresses[member.settings.name] = NodeAddress.choose(member.settings, member.facts).address
    }
    self.addresses = addresses
    mark = "muster-" + (0..<4).map { _ in String(UInt32.random(in: .min ... .max), radix: 16) }.joined()
  }

  /// Listens, tries, and stops listening. A machine that fails on the way fails only its own tries. When it is cancelled, the
  /// listeners end with their connections.
  public func run() async -> [PortTry] {
    let listeners = await onAll { member in await listen(on: member) }
    let tries = await onAll { member in await attempt(from: member, listeners) }
    _ = await onAll { member in
      guard let process = listeners[member.settings.name]?.process else { return }
      _ = try? await member.shell.run(
        RemoteScript("stops listening on ports", PortScripts.stop(process, mark: mark), limit: .seconds(20)))
    }
    return members.flatMap { tries[$0.settings.name] ?? [] }
  }

  private func onAll<Value: Sendable>(
    _ work: @escaping @Sendable (Member) async -> Value
  ) async -> [String: Value] {
    await withTaskGroup(of: (String, Value).self) { group in
      for member in members { group.addTask { (member.settings.name, await work(member)) } }
      var values: [String: Value] = [:]
      for await (name, value) in group { values[name] = value }
      return values
    }
  }

  private func ask(_ member: Member, _ purpose: String, _ text: String, limit: Duration) async -> PortAnswer {
    do {
      let answer = try await member.shell.run(RemoteScript(purpose, text, limit: limit, mostOutput: 1 << 20))
      return try PortAnswer(answer.output)
    } catch let fault as FactsFault {
      return PortAnswer(lacking: "what \(member.settings.name) answered cannot be used: \(fault.reason)")
    } catch {
      return PortAnswer(lacking: "\(error)")
    }
  }

  private func listen(on member: Member) async -> PortAnswer {
    let name = member.settings.name
    let ports = needs.filter { need in
      need.holders.contains(name) && need.callers.contains { $0 != name && addresses[$0] != nil }
    }.map(\.port)
    guard let address = addresses[name], !ports.isEmpty else { return PortAnswer(lacking: "nothing is to be tried") }
    // Long enough for the slowest caller, which tries 200 ports at a time.
    let lifetime = 60 + seconds * (1 + members.count * needs.count / 200)
    return await ask(
      member, "listens on the cluster's ports",
      PortScripts.listen(ports, at: address, mark: mark, seconds: lifetime), limit: .seconds(20))
  }

  private func attempt(from member: Member, _ listeners: [String: PortAnswer]) async -> [PortTry] {
    let name = member.settings.name
    var targets: [PortTarget] = []
    var tries: [PortTry] = []
    for need in needs where need.callers.contains(name) {
      for holder in members where holder.settings.name != name && need.holders.contains(holder.settings.name) {
        guard let address = addresses[holder.settings.name] else { continue }
        let listener = listeners[holder.settings.name] ?? PortAnswer()
        switch Self.way(to: need.port, of: holder, listener) {
        case .success(let isMarked):
          targets.append(
            PortTarget(machine: holder.settings.name, address: address, port: need.port, isMarked: isMarked))
        case .failure(let fault):
          tries.append(
            PortTry(
              from: name, to: holder.settings.name, address: address, port: need.port, outcome: .notTried(fault.reason))
          )
        }
      }
    }
    guard !targets.isEmpty else { return tries }
    let answer = await ask(
      member, "tries the ports of other machines", PortScripts.attempt(targets, mark: mark, seconds: seconds),
      limit: .seconds(30 + (seconds + 1) * (1 + targets.count / 40)))
    for (number, target) in targets.enumerated() {
      let why = answer.lacking.map { "\(name): \($0)" } ?? "\(name) did not say what came of it"
      tries.append(
        PortTry(
          from: name, to: target.machine, address: target.address, port: target.port,
          outcome: answer.outcomes[number] ?? .notTried(why)))
    }
    return tries
  }

  /// How a port can be tried: whether it will answer with the mark.
  static func way(to port: ClusterPort, of holder: Member, _ listener: PortAnswer) -> Result<Bool, FactsFault> {
    if listener.listening.contains(port) {
      // The kernel may hand a port of a cluster that runs to a pod (80 and 443 to the ingress), and nobody on the machine listens on it
      // then: who answers there has no mark, and is no other machine.
      return .success(port.transport == .udp || !holder.facts.runsK3s)
    }
    let isTaken = listener.taken.contains(port) || holder.facts.listeners.contains { $0.port == port }
    if isTaken, port.transport == .tcp { return .success(false) }
    if isTaken {
      return .failure(FactsFault("it is in use on \(holder.settings.name), and only TCP can be tried then"))
    }
    return .failure(
      FactsFault("\(holder.settings.name): \(listener.lacking ?? "its listener did not say that it listens")"))
  }
}
