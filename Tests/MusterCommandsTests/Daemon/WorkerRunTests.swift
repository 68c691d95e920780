import CoordinatorAPI
import Foundation
import Testing

@testable import MusterCommands

/// `muster coordinator run` and `muster worker run` side by side.
@Suite(.timeLimit(.minutes(2)), .serialized) struct WorkerRunTests {
  private func withCoordinator<Answer: Sendable>(
    _ folder: String, _ body: (CoordinatorAddress) async throws -> Answer
  ) async throws -> Answer {
    try write(UpTests.kinds, to: folder + "/muster.yaml")
    return try await withDaemon(
      "coordinator", "run", "-c", folder + "/muster.yaml", "--state", folder + "/state", "--listen", "127.0.0.1:0",
      "--http", "none"
    ) { daemon in try await body(try await daemon.address) }
  }

  @Test func servesUntilItIsDrained() async throws {
    try await withFolder { folder in
      try await withCoordinator(folder) { address in
        let worker = RunningDaemon([
          "worker", "run", "--coordinator", address.description, "-c", folder + "/muster.yaml", "--state",
          folder + "/worker", "--name", "w", "--slots", "1", "--kinds", "square",
        ])
        let done = await muster("submit", "--kind", "square", "--input", "5", "--wait", at: address)
        #expect(done.results == "25\n", "\(done.messages) \(worker.messages.contents)")
        let listed = await muster("worker", "list", "--output", "json", at: address)
        #expect(listed.list?.first?["kinds"] as? [String] == ["square"])
        _ = await muster("worker", "drain", "w", at: address)
        #expect(await worker.status == 0, "\(worker.messages.contents)")
      }
    }
  }

  @Test func runsTheCoordinatorsKindsWhenToldTo() async throws {
    try await withFolder { folder in
      try await withCoordinator(folder) { address in
        try write("slots: 1\n", to: folder + "/worker.yaml")
        let worker = RunningDaemon([
          "worker", "run", "--coordinator", "http://\(address)", "-c", folder + "/worker.yaml", "--state",
          folder + "/worker", "--kinds", "square", "--accept-kinds", "--log-format", "json",
        ])
        let done = await muster("submit", "--kind", "square", "--input", "6", "--wait", at: address)
        #expect(done.results == "36\n", "\(done.messages) \(worker.messages.contents)")
        worker.signal(.termination)
        #expect(await worker.status == 0)
        for line in worker.messages.contents.split(separator: "\n") {
          #expect(try JSONSerialization.jsonObject(with: Data(line.utf8)) is [String: String])
        }
      }
    }
  }

  @Test func refusesWhatItCannotServe() async throws {
    try await withFolder { folder in
      try write(UpTests.kinds, to: folder + "/muster.yaml")
      let arguments = ["worker", "run", "-c", folder + "/muster.yaml", "--state", folder + "/state"]
      let unknown = RunningDaemon(arguments + ["--kinds", "sqare"])
      #expect(await unknown.status == 1)
      #expect(unknown.messages.contents.contains("did you mean 'square'?"), "\(unknown.messages.contents)")
      try write("slots: 1\n", to: folder + "/empty.yaml")
      let none = RunningDaemon(["worker", "run", "-c", folder + "/empty.yaml", "--state", folder + "/state"])
      #expect(await none.status == 1)
      #expect(none.messages.contents.contains("no kinds to serve"), "\(none.messages.contents)")
    }
  }
}
