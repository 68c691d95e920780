import CoordinatorAPI
import Foundation
import PostgresFixture
import Testing

@testable import MusterCommands

/// `muster worker release`: the coordinator's address was pointed elsewhere while a task runs.
@Suite(.timeLimit(.minutes(1)), .serialized) struct WorkerReleaseTests {
  private static let kinds = """
    kinds:
      gate:
        executor: [sh, -c, "echo >> BEGUN; while [ ! -e GATE ]; do sleep 0.02; done; echo open"]

    """

  private func coordinator(_ folder: String, _ name: String, _ store: String) async throws -> RunningDaemon {
    let daemon = RunningDaemon([
      "coordinator", "run", "-c", folder + "/muster.yaml", "--state", "\(folder)/\(name)", "--listen", "127.0.0.1:0",
      "--http", "none", "--store", store, "--heartbeat", "1s",
    ])
    _ = try await daemon.address
    return daemon
  }

  private func worker(_ folder: String, _ address: CoordinatorAddress) -> RunningDaemon {
    RunningDaemon([
      "worker", "run", "--coordinator", address.description, "-c", folder + "/muster.yaml", "--state",
      folder + "/worker", "--name", "w", "--slots", "1", "--ready-file", folder + "/ready",
    ])
  }

  private func stop(_ daemons: RunningDaemon...) async {
    for daemon in daemons {
      daemon.signal(.termination)
      #expect(await daemon.status == 0, "\(daemon.messages.contents)")
    }
  }

  /// Two coordinators, an address that leads to the first, and a worker there that runs the task `t`.
  private func withMove(
    _ stores: (String) async throws -> (String, String),
    _ body: (_ folder: String, _ a: CoordinatorAddress, _ b: CoordinatorAddress, _ worker: RunningDaemon) async throws
      -> Void
  ) async throws {
    try await withFolder { folder in
      let kinds = Self.kinds.replacing("BEGUN", with: folder + "/begun").replacing("GATE", with: folder + "/gate")
      try write(kinds, to: folder + "/muster.yaml")
      let (one, two) = try await stores(folder)
      let a = try await coordinator(folder, "a", one)
      let b = try await coordinator(folder, "b", two)
      let forwarder = try await Forwarder(to: try await a.address)
      let worker = worker(folder, forwarder.address)
      let (first, second) = (try await a.address, try await b.address)
      _ = await muster("submit", "--kind", "gate", "--id", "t", "--input", "", at: first)
      try await until { FileManager.default.fileExists(atPath: folder + "/begun") }
      forwarder.lead(to: second)
      let released = await muster("worker", "release", "--all", at: first)
      #expect(released.results.contains("asked to connect anew"), "\(released.messages)")
      try await body(folder, first, second, worker)
      await stop(worker, a, b)
      await forwarder.close()
    }
  }

  private func names(_ address: CoordinatorAddress) async -> [String] {
    let listed = await muster("worker", "list", "--output", "json", at: address)
    let here = listed.list?.filter { $0["state"] as? String == "connected" } ?? []
    return here.compactMap { $0["name"] as? String }
  }

  @Test("over one database the running task goes along and is done once")
  func sameStore() async throws {
    let server = try await PostgresServer.shared()
    let url = try await server.freshDatabase()
    try await withMove({ _ in (url, url) }) { folder, _, second, worker in
      let again = "Connecting anew to "
      try await until { worker.messages.contents.contains(again) }
      // Only the second coordinator is left to take the result.
      try await until { (try? read(folder + "/ready").contains(#""state":"connected""#)) == true }
      try write("", to: folder + "/gate")
      let waited = await muster("task", "wait", "t", at: second)
      #expect(waited.status == 0, "\(waited.messages)")
      #expect(try read(folder + "/begun") == "\n")
      let shown = await muster("task", "show", "t", "--output", "json", at: second)
      #expect(
        shown.results.contains(#""state":"done""#) && shown.results.contains(#""attempts":1"#), "\(shown.results)")
      #expect(!worker.messages.contents.contains("given up"))
    }
    try await server.dropDatabase(url)
  }

  @Test("before it goes to another store the worker finishes and reports what it runs")
  func otherStore() async throws {
    try await withMove({ ("sqlite:\($0)/one/muster.db", "sqlite:\($0)/two/muster.db") }) {
      folder, first, second, worker in
      try await until { worker.messages.contents.contains("what runs is finished here first") }
      #expect(await names(second).isEmpty)
      try write("", to: folder + "/gate")
      let waited = await muster("task", "wait", "t", at: first)
      #expect(waited.status == 0, "\(waited.messages)")
      while await names(second) != ["w"] { try await Task.sleep(for: .milliseconds(10)) }
      let next = await muster("submit", "--kind", "gate", "--id", "u", "--input", "", "--wait", at: second)
      #expect(next.results == "open\n", "\(next.messages)")
      #expect(try read(folder + "/begun") == "\n\n")
    }
  }
}
