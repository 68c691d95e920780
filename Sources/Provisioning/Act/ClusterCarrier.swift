import MusterCore
import RemoteHosts

/// Carries plans out: machines side by side, each as soon as those are ready that it needs. Every action can be done again after a crash
/// at any point, so a plan made anew goes on where a run was cut.
public struct ClusterCarrier: Sendable {
  let shells: [String: Result<any RemoteShell, RemoteHostError>]
  let limits: RemoteLimits
  /// The bundle's folder.
  let folder: String
  let lock: MachineLock
  let hides: SecretFilter
  let time: any Timekeeper
  let told: @Sendable (RunEvent) -> Void

  /// - Parameters:
  ///   - folder: the bundle's; empty for plans that take nothing from it.
  ///   - secrets: are hidden in what machines say.
  ///   - told: is told of what happens, of each machine in order. Must not wait.
  public init(
    _ site: ClusterSite, folder: String = "", lock: MachineLock, secrets: [Secret<String>] = [],
    told: @escaping @Sendable (RunEvent) -> Void = { _ in }
  ) {
    shells = site.shells
    limits = site.limits
    self.folder = folder
    self.lock = lock
    hides = SecretFilter(secrets)
    time = site.time
    self.told = told
  }

  /// Does what is planned, as far as it can be done. What fails stops its machine and those that need it.
  ///
  /// Cancelling stops everything at once, on the machines too.
  ///
  /// - Returns: what became of every machine that has something in the plan.
  public func carryOut(_ plan: ClusterPlan) async -> [String: MachineOutcome] {
    let run = CarriedPlan(plan)
    let milestones = Milestones()
    var outcomes: [String: MachineOutcome] = [:]
    await withTaskGroup(of: (String, MachineOutcome).self) { group in
      for machine in run.machines {
        group.addTask { (machine, await begin(machine, run, milestones)) }
      }
      for await (machine, outcome) in group { outcomes[machine] = outcome }
    }
    let begun = outcomes
    await withTaskGroup(of: (String, MachineOutcome).self) { group in
      for machine in run.machines {
        group.addTask { (machine, await finish(machine, run, begun)) }
      }
      for await (machine, outcome) in group {
        outcomes[machine] = outcome
        told(.machine(machine, outcome))
      }
    }
    return outcomes
  }

  private func begin(_ machine: String, _ run: CarriedPlan, _ milestones: Milestones) async -> MachineOutcome {
    var outcome = await perform(run.actions(of: machine, .prepare), on: machine, after: .done)
    await milestones.reach(machine, .prepared, outcome)
    var starts = run.actions(of: machine, .start)
    if outcome.isDone, !starts.isEmpty {
      for need in run.needs(of: machine) {
        guard await !milestones.wait(for: need, .started).isDone else { continue }
        outcome = .skipped("\(need) is not ready, which \(machine) needs")
        break
      }
      var failed: [String: MachineOutcome] = [:]
      for other in Set(starts.compactMap(\.about)) where run.machines.contains(other) {
        let its = await milestones.wait(for: other, .prepared)
        if !its.isDone { failed[other] = its }
      }
      starts = without(failed, starts)
    }
    outcome = await perform(starts, on: machine, after: outcome)
    await milestones.reach(machine, .started, outcome)
    return outcome
  }

  private func finish(
    _ machine: String, _ run: CarriedPlan, _ begun: [String: MachineOutcome]
  ) async -> MachineOutcome {
    let actions = run.actions(of: machine, .finish)
    let outcome = begun[machine] ?? .done
    return await perform(outcome.isDone ? without(begun, actions) : actions, on: machine, after: outcome)
  }

  /// Leaves out what is about machines that did not come so far.
  private func without(_ outcomes: [String: MachineOutcome], _ actions: [MachineAction]) -> [MachineAction] {
    actions.filter { action in
      guard let other = action.about, let its = outcomes[other], !its.isDone else { return true }
      told(.action(action, .skipped("\(other) is not ready")))
      return false
    }
  }

  /// - Parameter outcome: what became of the machine before.
  private func perform(
    _ actions: [MachineAction], on machine: String, after outcome: MachineOutcome
  ) async -> MachineOutcome {
    var outcome = outcome
    for batch in ActionBatch.batches(actions) {
      switch outcome {
      case .done: outcome = await carryOut(batch, on: machine)
      case .failed: skip(batch.actions[...], "\(machine) failed before")
      case .skipped(let why): skip(batch.actions[...], why)
      }
    }
    return outcome
  }

  func skip(_ actions: ArraySlice<MachineAction>, _ why: String) {
    for action in actions { told(.action(action, .skipped(why))) }
  }
}
