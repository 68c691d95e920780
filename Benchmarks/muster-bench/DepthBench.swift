import ArgumentParser
import CoordinatorAPI
import Foundation

struct DepthBench: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "depth", abstract: "Many queued tasks: memory a task, speed of dispatch, time to resume after kill -9."
  )
  @OptionGroup var rig: Rig
  @Option var count = 1_000_000
  @Option(help: "How many tasks to dispatch when measuring the speed.") var dispatched = 100_000

  func run() async throws {
    let shallow = try await dispatchRate(depth: dispatched + 1000)
    report("dispatch at depth \(dispatched)", "\(Int(shallow))/s")
    let killed = try CoordinatorProcess(rig)
    let empty: Int
    do {
      try await killed.waitUntilReady()
      empty = killed.resident
      _ = try await submit(count, to: [killed.address])
    } catch {
      killed.stop()
      throw error
    }
    let full = killed.resident
    report("resident memory a queued task at \(count)", "\((full - empty) / count) bytes")
    killed.kill()
    let begin = ContinuousClock.now
    let coordinator = try CoordinatorProcess(rig, after: killed)
    defer { coordinator.stop() }
    let (address, metrics) = (coordinator.address, coordinator.metrics)
    try await withNoopWorkers(1, at: [address], slots: 8) { try await waitForDone(1, at: [metrics]) }
    let resumed = ContinuousClock.now - begin
    report("first task done after kill -9 with \(count) stored", "\(resumed)")
    report("resident memory a queued task after the restart", "\((coordinator.resident - empty) / count) bytes")
    let from = ContinuousClock.now
    let dispatched = dispatched
    try await withNoopWorkers(8, at: [address], slots: 8) { try await waitForDone(dispatched, at: [metrics]) }
    let elapsed = ContinuousClock.now - from
    report("dispatch at depth \(count)", perSecond(dispatched, elapsed))
  }

  private func dispatchRate(depth: Int) async throws -> Double {
    let coordinator = try CoordinatorProcess(rig)
    defer { coordinator.stop() }
    try await coordinator.waitUntilReady()
    _ = try await submit(depth, to: [coordinator.address])
    let (address, metrics) = (coordinator.address, coordinator.metrics)
    let dispatched = dispatched
    let begin = ContinuousClock.now
    try await withNoopWorkers(8, at: [address], slots: 8) { try await waitForDone(dispatched, at: [metrics]) }
    let elapsed = ContinuousClock.now - begin
    return Double(dispatched) / seconds(elapsed)
  }
}
