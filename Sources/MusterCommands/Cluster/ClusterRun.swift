import MusterCore
import Provisioning
import Terminal

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension ClusterPlan {
  /// - Throws: ``ProvisioningError`` (`unfit`) with all that forbids to carry it out.
  func refuseProblems() throws(ProvisioningError) {
    guard !problems.isEmpty else { return }
    throw ProvisioningError(.unfit, (problems + ["nothing was changed"]).joined(separator: "\n"))
  }
}

/// Carries a plan for machines out under their locks, with progress and a journal.
struct ClusterRun {
  /// `apply`, `reset`.
  let verb: String
  let options: ClusterRunOptions
  let output: Output
  var time: any Timekeeper = SystemTime()

  /// - Parameters:
  ///   - plan: what there was to do when it was looked.
  ///   - removes: nothing of Muster's is to be left on the machines.
  ///   - again: looks once more, under the locks.
  /// - Throws: ``ProvisioningError`` (`locked`), then nothing was changed; ``QuietExit`` if not all went well.
  func carryOut(
    _ plan: ClusterPlan, _ failures: [MachineFailure], over site: ClusterSite, folder: String = "",
    secrets: [Secret<String>], removes: Bool = false,
    again: () async throws -> (plan: ClusterPlan, failures: [MachineFailure])
  ) async throws {
    guard !plan.isEmpty else {
      return try await RunReporter(output, time: time).finish([], [:], failures, again: goOn)
    }
    let name = runName()
    let (events, continuation) = AsyncStream.makeStream(of: RunEvent.self)
    let carrier = ClusterCarrier(
      site, folder: folder, lock: MachineLock(run: name, owner: Self.owner, breaks: options.breakLock),
      secrets: secrets
    ) { continuation.yield($0) }
    let locked = plan.machines
    let refused = try await carrier.takeLocks(locked)
    guard refused.isEmpty else {
      await carrier.giveBackLocks(locked)
      let code = refused.allSatisfy { $0.error.codeName == "machine_locked" } ? ProvisioningError.Code.locked : .unfit
      throw ProvisioningError(
        code, (refused.map(\.error.message) + ["nothing was changed"]).joined(separator: "\n"))
    }
    let now: (plan: ClusterPlan, failures: [MachineFailure])
    do {
      now = try await again()
    } catch {
      await carrier.giveBackLocks(locked)
      throw error
    }
    // Machines that were not locked were as wanted, or lost a race that the next run wins.
    let actions = now.plan.actions.filter { locked.contains($0.machine) }
    let plan = ClusterPlan(actions: actions, needs: now.plan.needs)
    let board = LiveBoard(output, MachineBoard(plan), time: time)
    let reporter = RunReporter(output, journal: journal(name), board: board, time: time)
    async let outcomes = Self.carryOut(plan, carrier, continuation)
    board.begin()
    await reporter.show(events)
    let became = await outcomes
    board.finish()
    if !Task.isCancelled { await carrier.giveBackLocks(locked, removes: removes) }
    try await reporter.finish(locked, became, now.failures, again: goOn)
  }

  private static func carryOut(
    _ plan: ClusterPlan, _ carrier: ClusterCarrier, _ continuation: AsyncStream<RunEvent>.Continuation
  ) async -> [String: MachineOutcome] {
    defer { continuation.finish() }
    return await carrier.carryOut(plan)
  }

  private var goOn: String { "mend what failed and run the same command again: it goes on where this run ended" }

  /// `20261128T101500Z-apply-3f2a91c4`: sorts by time.
  private func runName() -> String {
    let stamp = Date(timeIntervalSince1970: Double(time.timestamp().milliseconds) / 1000).ISO8601Format(
      .iso8601(timeZone: .gmt, dateSeparator: .omitted, timeSeparator: .omitted))
    return "\(stamp)-\(verb)-\(String(UInt32.random(in: 0x1000_0000...UInt32.max), radix: 16))"
  }

  /// Nil if it cannot be kept: that is said, and hinders nothing.
  private func journal(_ name: String) -> RunJournal? {
    let root = StateFolders.of(CommandContext.current.environment).runs
    do {
      return try RunJournal(in: root, name: name)
    } catch {
      output.warning("no journal is kept, since \(root) cannot be written: \(error.localizedDescription)")
      return nil
    }
  }

  private static var owner: String {
    let environment = CommandContext.current.environment
    let user = environment["USER"] ?? environment["LOGNAME"] ?? "somebody"
    return "\(user)@\(ProcessInfo.processInfo.hostName)"
  }
}
