/// What the tries of all machines say of the ports of one machine.
struct PortReport {
  struct Failure {
    var sentence: String
    var cure: String
  }

  /// One for each port and way to fail.
  private(set) var failures: [Failure] = []
  /// Sentences about what could not be tried.
  private(set) var gaps: [String] = []
  /// How many other machines reach all that they need.
  private(set) var callers = 0

  init(machine: String, needs: [PortNeed], tries: [PortTry]) {
    let own = tries.filter { $0.to == machine }
    for need in needs where !need.callers.isEmpty {
      let ofPort = own.filter { $0.port == need.port && need.callers.contains($0.from) }
      for outcome in [PortTry.Outcome.refused, .silent, .unreachable, .foreign] {
        let failed = ofPort.filter { $0.outcome == outcome }
        guard let first = failed.first else { continue }
        failures.append(Self.failure(need, first.address, failed.map(\.from), outcome))
      }
    }
    gaps = Self.gaps(own)
    callers = Set(own.filter { $0.outcome == .open }.map(\.from)).count
  }

  private static func failure(_ need: PortNeed, _ address: String, _ callers: [String], _ outcome: PortTry.Outcome)
    -> Failure
  {
    let who = CheckWords.list(callers)
    let what = "\(need.port) at \(address), for \(need.purpose),"
    let open = "open \(need.port) between all machines, in their own firewalls and in those of the network between them"
    switch outcome {
    case .refused: return Failure(sentence: "\(what) refuses \(who)", cure: open)
    case .unreachable:
      return Failure(
        sentence: "there is no way from \(who) to \(what.dropLast())",
        cure:
          "see that the machines' addresses (my_iface) are in one network, or have routes to each other; else \(open)")
    case .foreign:
      return Failure(
        sentence: "another machine answers \(who) at \(what.dropLast())",
        cure: "see that no other machine has the address \(address), and that my_iface is right")
    default: return Failure(sentence: "\(what) does not answer \(who)", cure: open)
    }
  }

  private static func gaps(_ tries: [PortTry]) -> [String] {
    var gaps: [(why: String, ports: [String])] = []
    for attempt in tries {
      guard case .notTried(let why) = attempt.outcome else { continue }
      let text = "\(attempt.port)"
      if let place = gaps.firstIndex(where: { $0.why == why }) {
        if !gaps[place].ports.contains(text) { gaps[place].ports.append(text) }
      } else {
        gaps.append((why, [text]))
      }
    }
    return gaps.map { "\(CheckWords.list($0.ports, limit: 8)) could not be tried: \($0.why)" }
  }
}
