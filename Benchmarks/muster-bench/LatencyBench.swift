import ArgumentParser
import CoordinatorAPI
import Foundation

struct LatencyBench: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "latency", abstract: "One no-op task at a time on an idle system, from submit to result.")
  @OptionGroup var rig: Rig
  @Option var count = 2000

  func run() async throws {
    let coordinator = try CoordinatorProcess(rig)
    defer { coordinator.stop() }
    try await coordinator.waitUntilReady()
    let count = count
    let address = coordinator.address
    let times = try await withNoopWorkers(1, at: [address], slots: 2) {
      try await withCoordinator(at: [address]) { client in
        let calls = client.calls
        let (requests, source) = AsyncStream.makeStream(of: Muster_V1_FollowTasksRequest.self)
        let clock = ContinuousClock()
        return try await calls.followTasks(
          requestProducer: { writer in for await request in requests { try await writer.write(request) } },
          onResponse: { response in
            var times: [Duration] = []
            var begin = clock.now
            source.yield(.with { $0.submit = noopTasks(1) })
            for try await message in response.messages where !message.ends.isEmpty {
              times.append(clock.now - begin)
              if times.count == count + 100 { break }
              begin = clock.now
              source.yield(.with { $0.submit = noopTasks(1) })
            }
            source.finish()
            // The first hundred warm up.
            return Array(times.dropFirst(100))
          })
      }
    }.sorted()
    func milliseconds(_ duration: Duration) -> String {
      "\((Double(duration.components.attoseconds) / 1e13).rounded() / 100 + Double(duration.components.seconds) * 1000) ms"
    }
    report("one task on an idle system, submit to result, p50", milliseconds(times[times.count / 2]))
    report("one task on an idle system, submit to result, p99", milliseconds(times[times.count * 99 / 100]))
  }
}
