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
    var coordinator = try CoordinatorProcess(rig)
    _ = try await coordinator.waitUntilReady()
    let empty = coordinator.resident
    _ = try await submit(count, to: coordinator.address)
    let full = coordinator.resident
    report("resident memory a queued task at \(count)", "\((full - empty) / count) bytes")
    coordinator.kill()
    let begin = ContinuousClock.now
    let state = coordinator.state
    defer { try? FileManager.default.removeItem(atPath: state) }
    coordinator = try CoordinatorProcess(rig, reuse: state)
    let address = coordinator.address
    try await withNoopWorkers(1, at: address, slots: 8) { try await waitForDone(1, at: address) }
    let resumed = ContinuousClock.now - begin
    report("first task done after kill -9 with \(count) stored", "\(resumed)")
    report("resident memory a queued task after the restart", "\((coordinator.resident - empty) / count) bytes")
    let from = ContinuousClock.now
    let dispatched = dispatched
    try await withNoopWorkers(8, at: address, slots: 8) { try await waitForDone(dispatched, at: address) }
    let elapsed = ContinuousClock.now - from
    report("dispatch at depth \(count)", perSecond(dispatched, elapsed))
    coordinator.stop(keepState: true)
  }

  private func dispatchRate(depth: Int) async throws -> Double {
    let coordinator = try CoordinatorProcess(rig)
    defer { coordinator.stop() }
    _ = try await coordinator.waitUntilReady()
    _ = try await submit(depth, to: coordinator.address)
    let address = coordinator.address
    let dispatched = dispatched
    let begin = ContinuousClock.now
    try await withNoopWorkers(8, at: address, slots: 8) { try await waitForDone(dispatched, at: address) }
    let elapsed = ContinuousClock.now - begin
    return Double(dispatched) / (Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) / 1e18)
  }
}
