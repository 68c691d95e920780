import Foundation
import Testing

@testable import Executors

@Suite(.timeLimit(.minutes(2)), .serialized) struct LoadTests {
  @Test func twoHundredRunsAtOnce() async throws {
    try await withHost { host in
      await withTaskGroup(of: Bool.self) { group in
        for number in 0..<200 {
          group.addTask {
            let request = ExecutorRequest(
              stages: [["sh", "-c", "cat; echo log >&2"]], input: Array("\(number)".utf8), environment: path)
            return await host.run(request).text == "\(number)"
          }
        }
        for await isRight in group { #expect(isRight) }
      }
    }
  }

  @Test func runsLeaveNoDescriptorInTheKeeper() async throws {
    try await withHost { host in
      let keeper = try #require(host.connection).process
      func descriptors() throws -> Int { try folders(in: "/proc/\(keeper)/fd").count }
      #expect(await host.sh("true").end == .done(result: []))
      let before = try descriptors()
      for script in ["true", "echo x >&2", "exit 3", "kill -9 $$", "echo y"] {
        for _ in 0..<10 { _ = await host.sh(script) }
        for mode in sandboxes where geteuid() == 0 { _ = await host.sh(mode, script) }
      }
      _ = await host.run(ExecutorRequest(stages: [["no-such"]], environment: path))
      #expect(try descriptors() == before)
    }
  }

  @Test func hostsLeaveNoDescriptorHere() async throws {
    // Other tests open theirs meanwhile: only what points to our folder counts.
    try await withHost { host in
      let directory = try #require(host.connection).directory
      for _ in 0..<20 { _ = await host.sh("cat {input}; echo x >&2", { $0.input = [1, 2, 3] }) }
      let open = try folders(in: "/proc/self/fd").compactMap {
        try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)")
      }
      #expect(open.filter { $0.hasPrefix(directory) } == [])
    }
  }
}
