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
  @Flag(help: "Over TLS, each with a certificate of its own.") var tls = false

  func run() async throws {
    let first = try CoordinatorProcess(rig, tls: tls)
    let (rig, workers, seconds) = (rig, workers, seconds)
    let what = "\(workers) idle workers\(tls ? " over TLS" : "")"
    let last: CoordinatorProcess
    do {
      try await first.waitUntilReady()
      last = try await withNoopWorkers(workers, at: [first.address], slots: 1, as: first.security) {
        try await waitForWorkers(workers, at: first.metrics)
        try await Task.sleep(for: .seconds(6))
        let before = first.processorSeconds
        try await Task.sleep(for: .seconds(seconds))
        let share = (first.processorSeconds - before) / Double(seconds) * 100
        report("\(what): resident memory of the coordinator", "\(first.resident >> 20) MiB")
        report("\(what): share of a core", "\((share * 100).rounded() / 100) %")
        first.kill()
        let begin = ContinuousClock.now
        let next = try CoordinatorProcess(rig, after: first)
        do {
          try await waitForWorkers(workers, at: next.metrics)
        } catch {
          next.stop()
          throw error
        }
        report("\(what): all back after a restart", "\(ContinuousClock.now - begin)")
        return next
      }
    } catch {
      first.stop()
      throw error
    }
    last.stop()
  }
}

/// Waits until this many workers are connected, a minute at most.
func waitForWorkers(_ count: Int, at metrics: Metrics) async throws {
  for _ in 0..<1200 {
    // A coordinator that is just being started does not answer yet.
    let known = (try? await metrics.value(#"muster_workers{protocol="muster"}"#)) ?? 0
    if known >= count { return }
    try await Task.sleep(for: .milliseconds(50))
  }
  throw BenchError("not all of \(count) workers connected within a minute")
}
