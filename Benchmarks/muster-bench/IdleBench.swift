import ArgumentParser
import CoordinatorAPI
import Foundation

struct IdleBench: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "idle",
    abstract: "Idle workers: the coordinator's memory and processor time, and their return after a restart.")
  @OptionGroup var rig: Rig
  @Option var workers = 2000
  @Option(help: "Seconds to watch.") var seconds = 15

  func run() async throws {
    var coordinator = try CoordinatorProcess(rig)
    let port = coordinator.address.port
    _ = try await coordinator.waitUntilReady()
    let address = coordinator.address
    let state = coordinator.state
    defer { try? FileManager.default.removeItem(atPath: state) }
    let (workers, seconds) = (workers, seconds)
    let first = coordinator
    let measured = first
    let rig = rig
    let successor: CoordinatorProcess = try await withNoopWorkers(workers, at: address, slots: 1) {
      try await waitForWorkers(workers, at: address)
      try await Task.sleep(for: .seconds(6))
      let before = measured.processorSeconds
      try await Task.sleep(for: .seconds(seconds))
      let share = (measured.processorSeconds - before) / Double(seconds) * 100
      report("\(workers) idle workers: resident memory of the coordinator", "\(measured.resident >> 20) MiB")
      report("\(workers) idle workers: share of a core", "\((share * 100).rounded() / 100) %")
      measured.kill()
      let begin = ContinuousClock.now
      let next = try CoordinatorProcess(rig, port: port, reuse: state)
      try await waitForWorkers(workers, at: address)
      report("\(workers) idle workers: all back after a restart", "\(ContinuousClock.now - begin)")
      return next
    }
    coordinator = successor
    coordinator.stop(keepState: true)
  }
}

/// Waits until this many workers are connected.
func waitForWorkers(_ count: Int, at address: CoordinatorAddress) async throws {
  let url = "http://\(address.host):\(address.port + 10_000)/metrics"
  for _ in 0..<1200 {
    let page = (try? await fetch(url)) ?? ""
    let line = page.split(separator: "\n").first { $0.hasPrefix("muster_workers{protocol=\"muster\"}") }
    if let known = line?.split(separator: " ").last.flatMap({ Int($0) }), known >= count { return }
    try await Task.sleep(for: .milliseconds(50))
  }
  throw BenchError("not all of \(count) workers connected within a minute")
}
