import ArgumentParser
import CoordinatorAPI
import Foundation

struct HostileBench: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "hostile", abstract: "Honest work while hostile peers push at every limit.")
  @OptionGroup var rig: Rig
  @Option var count = 200_000
  @Option var workers = 8
  @Option var rounds = 3
  @Option(parsing: .upToNextOption, help: "Which sorts of peers.") var sorts = HostilePeers.all

  func run() async throws {
    let coordinator = try CoordinatorProcess(
      rig, tls: true, settings: "limits: {maxBacklog: 2000, slowReader: 5s, maxHandshakesPerAddress: 20}\n")
    defer { coordinator.stop() }
    try await coordinator.waitUntilReady()
    var (alone, beset): ([Double], [Double]) = ([], [])
    var (largest, before) = (0, 0)
    var share = 0.0
    for _ in 0..<rounds {
      alone.append(try await measure(coordinator))
      before = max(before, coordinator.resident)
      let peers = try ChildProcess(
        CommandLine.arguments[0],
        ["hostile-peers", "--port", "\(coordinator.address.port)", "--state", coordinator.state, "--sorts"] + sorts)
      defer { peers.end(with: SIGKILL) }
      // All of them are at it when the measurement begins.
      try await Task.sleep(for: .seconds(3))
      let (begin, spent) = (ContinuousClock.now, processorTime(of: peers.identifier))
      beset.append(try await measure(coordinator))
      largest = max(largest, coordinator.resident)
      share = max(
        share, (processorTime(of: peers.identifier) - spent) / seconds(ContinuousClock.now - begin) * 100)
    }
    report("honest no-op tasks, alone", "\(Int(median(alone)))/s (median of \(rounds))")
    report("honest no-op tasks, beside hostile peers", "\(Int(median(beset)))/s (median of \(rounds))")
    report("  of the throughput alone", "\(Int(median(beset) / median(alone) * 100)) %")
    report(
      "  resident memory of the coordinator, alone and beside them", "\(before >> 20) MiB and \(largest >> 20) MiB")
    report("  the hostile peers themselves took", "\(Int(share)) % of a core")
    for reason in [
      "too_many_handshakes", "failed_handshake", "unknown_token", "over_allowance", "slow_reader",
    ] {
      report(
        "  refused: \(reason)", "\(try await coordinator.metrics.value("muster_refused_total{reason=\"\(reason)\"}"))")
    }
  }

  private func measure(_ coordinator: CoordinatorProcess) async throws -> Double {
    let before = try await coordinator.metrics.done()
    try await submit(count, to: [coordinator.address], as: coordinator.security)
    let (metrics, count) = (coordinator.metrics, count)
    let begin = ContinuousClock.now
    try await withNoopWorkers(workers, at: [coordinator.address], slots: 8, as: coordinator.security) {
      try await waitForDone(before + count, at: [metrics])
    }
    return Double(count) / seconds(ContinuousClock.now - begin)
  }
}
