/// How far machines are, for those that wait for them.
///
/// Whoever carries a machine reaches each of its milestones whatever happens, so that nobody waits for ever.
actor Milestones {
  enum Stage: Hashable {
    case prepared, started
  }

  private struct Key: Hashable {
    var machine: String
    var stage: Stage
  }

  private var reached: [Key: MachineOutcome] = [:]
  private var waiting: [Key: [CheckedContinuation<MachineOutcome, Never>]] = [:]

  /// The first word counts.
  func reach(_ machine: String, _ stage: Stage, _ outcome: MachineOutcome) {
    let key = Key(machine: machine, stage: stage)
    guard reached[key] == nil else { return }
    reached[key] = outcome
    for continuation in waiting.removeValue(forKey: key) ?? [] { continuation.resume(returning: outcome) }
  }

  /// Waits until a machine of the run has come so far, well or not.
  func wait(for machine: String, _ stage: Stage) async -> MachineOutcome {
    let key = Key(machine: machine, stage: stage)
    if let outcome = reached[key] { return outcome }
    return await withCheckedContinuation { waiting[key, default: []].append($0) }
  }
}
