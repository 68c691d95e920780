import ArgumentParser
import CoordinatorAPI
import Foundation

struct NoopBench: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "noop", abstract: "No-op tasks dispatched, committed and acknowledged, by number of workers.")
  @OptionGroup var rig: Rig
  @Option var count = 200_000
  @Option(parsing: .upToNextOption) var workers = [1, 8, 64]
  @Option var slots = 8

  func run() async throws {
    for number in workers {
      let coordinator = try CoordinatorProcess(rig)
      defer { coordinator.stop() }
      try await coordinator.waitUntilReady()
      _ = try await submit(count, to: [coordinator.address])
      let clock = ContinuousClock()
      let begin = clock.now
      let processor = coordinator.processorSeconds
      let count = count
      let (address, metrics) = (coordinator.address, coordinator.metrics)
      try await withNoopWorkers(number, at: [address], slots: slots) { try await waitForDone(count, at: [metrics]) }
      let elapsed = clock.now - begin
      report("no-op tasks with \(number) \(number == 1 ? "worker" : "workers")", perSecond(count, elapsed))
      report(
        "  the coordinator's processor time a task",
        "\(Int((coordinator.processorSeconds - processor) * 1e6 / Double(count))) us")
    }
  }
}
