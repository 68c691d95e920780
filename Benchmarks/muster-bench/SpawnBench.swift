import ArgumentParser
import CoordinatorAPI
import Executors
import Foundation
import Logging
import Worker

struct SpawnBench: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "spawn",
    abstract: "Tasks that run /bin/true on 2 slots, beside a bare posix_spawn loop in the same run.")
  @OptionGroup var rig: Rig
  @Option var count = 5000

  func run() async throws {
    let bare = bareLoop()
    report("bare posix_spawn loop of /bin/true", "\(Int(bare))/s")
    let coordinator = try CoordinatorProcess(rig)
    defer { coordinator.stop() }
    try await coordinator.waitUntilReady()
    let address = coordinator.address
    let count = count
    try await withCoordinator(at: [address]) { client in
      for start in stride(from: 0, to: count, by: 1000) {
        _ = try await client.calls.submitTasks(.with { $0.tasks = noopTasks(min(1000, count - start), kind: "true") })
      }
    }
    let file = coordinator.state + "/kinds.yaml"
    try "kinds:\n  - name: \"true\"\n    executor: [/bin/true]\n".write(toFile: file, atomically: true, encoding: .utf8)
    let begin = ContinuousClock.now
    let worker = try ChildProcess(
      rig.muster,
      [
        "worker", "run", "-c", file, "--coordinator", "\(address)", "--slots", "2", "--name", "bench-true",
        "--log-level",
        "error",
      ])
    defer { worker.end(with: SIGTERM) }
    try await waitForDone(count, at: [coordinator.metrics])
    let elapsed = ContinuousClock.now - begin
    report("tasks that run /bin/true, 2 slots", perSecond(count, elapsed))
    report(
      "  time a task, as a multiple of the bare loop's",
      "\((bare / (Double(count) / seconds(elapsed)) * 100).rounded() / 100)")
  }

  /// Spawns one after the other, as a shell loop would.
  private func bareLoop() -> Double {
    let begin = ContinuousClock.now
    let rounds = 3000
    for _ in 0..<rounds {
      var child: pid_t = 0
      "/bin/true".withCString { path in
        var arguments: [UnsafeMutablePointer<CChar>?] = [strdup(path), nil]
        if posix_spawn(&child, path, nil, nil, &arguments, environ) == 0 {
          var status: Int32 = 0
          waitpid(child, &status, 0)
        }
        free(arguments[0])
      }
    }
    return Double(rounds) / seconds(ContinuousClock.now - begin)
  }
}
