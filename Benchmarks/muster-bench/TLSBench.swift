import ArgumentParser
import CoordinatorAPI
import Foundation

struct TLSBench: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tls", abstract: "What TLS costs: the same no-op tasks without and with it, in turn.")
  @OptionGroup var rig: Rig
  @Option var count = 200_000
  @Option var workers = 8
  @Option var slots = 8
  @Option(help: "How often each is measured.") var rounds = 3

  func run() async throws {
    var rates: [Bool: [Double]] = [:]
    for _ in 0..<rounds {
      for tls in [false, true] { rates[tls, default: []].append(try await measure(tls: tls)) }
    }
    let plain = median(rates[false] ?? [])
    let encrypted = median(rates[true] ?? [])
    report("no-op tasks with \(workers) workers, without TLS", "\(Int(plain))/s (median of \(rounds))")
    report("no-op tasks with \(workers) workers, with TLS", "\(Int(encrypted))/s (median of \(rounds))")
    report("  cost of TLS", "\(((1 - encrypted / plain) * 1000).rounded() / 10) % of the throughput")
  }

  private func measure(tls: Bool) async throws -> Double {
    let coordinator = try CoordinatorProcess(rig, tls: tls)
    defer { coordinator.stop() }
    try await coordinator.waitUntilReady()
    try await submit(count, to: [coordinator.address], as: coordinator.security)
    let (address, metrics, count) = (coordinator.address, coordinator.metrics, count)
    let begin = ContinuousClock.now
    try await withNoopWorkers(workers, at: [address], slots: slots, as: coordinator.security) {
      try await waitForDone(count, at: [metrics])
    }
    return Double(count) / seconds(ContinuousClock.now - begin)
  }
}

func median(_ values: [Double]) -> Double {
  let sorted = values.sorted()
  return sorted.isEmpty ? 0 : sorted[sorted.count / 2]
}
