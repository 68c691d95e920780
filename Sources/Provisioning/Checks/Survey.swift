import MusterCore

/// What only all machines together show: values that must be unique, and what the clocks agree on.
struct Survey {
  /// Names of the machines that have a host name, in small letters.
  private(set) var hostNames: [String: [String]] = [:]
  private(set) var machineIDs: [String: [String]] = [:]
  /// By the address under which the other machines shall know it.
  private(set) var addresses: [String: [String]] = [:]
  /// The middle of all clocks, against ours.
  let clock: Duration
  /// How far the first and the last clock are apart at least.
  let clockSpread: Duration

  init(_ input: CheckInput) {
    for machine in input.machines {
      guard let facts = machine.facts else { continue }
      hostNames[facts.hostName.lowercased(), default: []].append(machine.name)
      machineIDs[facts.machineID, default: []].append(machine.name)
      if machine.isNode, case .found(_, let address) = NodeAddress.choose(machine.settings, facts) {
        addresses[address, default: []].append(machine.name)
      }
    }
    let readings = input.machines.compactMap(\.reading)
    // Our own clock is one of them: with one machine it decides, with more the most of them do.
    let offsets = (readings.map(\.clockOffset) + [.zero]).sorted()
    let middle = offsets.count / 2
    clock =
      offsets.count % 2 == 1
      ? offsets[middle] : [offsets[middle - 1], offsets[middle]].min { size($0) < size($1) } ?? .zero
    let surelyBefore = (readings.map { $0.clockOffset + $0.clockDoubt } + [.zero]).min() ?? .zero
    let surelyAfter = (readings.map { $0.clockOffset - $0.clockDoubt } + [.zero]).max() ?? .zero
    clockSpread = max(surelyAfter - surelyBefore, .zero)
  }

  /// The other machines of which the same is said.
  static func others(_ machines: [String]?, than name: String) -> [String] { (machines ?? []).filter { $0 != name } }

  /// Says of a clock whether it goes with the others.
  func checkClock(_ reading: MachineReading, _ findings: inout Findings) {
    let own = reading.clockOffset - clock
    let cure =
      "set the clock and let it be kept: 'timedatectl set-ntp true', or chrony with a time server that the machine reaches"
    if clockSpread > .seconds(30), size(own) - reading.clockDoubt > .seconds(15) {
      let spread = CheckWords.size(of: clockSpread)
      findings.problem(
        .clock, "its clock is \(CheckWords.offset(own)) of most, and the clocks are \(spread) apart, over 30 s",
        cure: cure)
    } else if reading.clockDoubt > .seconds(15) {
      findings.warn(
        .clock, "its clock cannot be judged, as its answer took \(CheckWords.size(of: reading.clockDoubt * 2))",
        cure: "see why the machine is slow, and check again")
    } else {
      findings.ok(.clock, size(own) < .seconds(2) ? "goes with the others" : "\(CheckWords.offset(own)) of most")
    }
  }
}

private func size(_ duration: Duration) -> Duration { duration < .zero ? .zero - duration : duration }
