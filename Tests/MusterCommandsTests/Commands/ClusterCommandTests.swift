import CoordinatorAPI
import Foundation
import StandInCoordinator
import Testing

@testable import MusterCommands

@Suite(.timeLimit(.minutes(1))) struct ClusterCommandTests {
  private func stand() -> StandInCoordinator {
    let stand = StandInCoordinator()
    stand.workers = [
      .with {
        $0.name = "w-1"
        $0.state = "connected"
        $0.kinds = ["square", "prove"]
        $0.slots = 4
        $0.slotsInUse = 1
        $0.memory = 8 << 30
        $0.gpus = 1
        $0.done = 12_345
        $0.invalid = 2
        $0.lastHeardUnixMs = 1_700_000_000_000
        $0.setAside = [
          .with {
            $0.kind = "prove"
            $0.reason = "2 invalid results"
          }
        ]
        $0.running = [
          .with {
            $0.id = "t-1"
            $0.kind = "square"
            $0.attempt = 2
            $0.started = true
          }
        ]
      }
    ]
    stand.kinds = [
      .with {
        $0.name = "square"
        $0.stages = [.with { $0.words = ["python3", "square.py"] }]
        $0.workers = 1
        $0.maxAttempts = 3
        $0.slots = 1
        $0.timeoutMilliseconds = 90_000
        $0.byState = ["queued": 3, "done": 4000]
      }
    ]
    stand.status = .with {
      $0.protocol = ProtocolVersions.own.message
      $0.build = "0.1.0"
      $0.store = "sqlite:.muster/muster.db"
      $0.tasksByState = ["queued": 3, "done": 4000]
      $0.workers = 1
      $0.slots = 4
      $0.slotsInUse = 1
      $0.problems = ["The disk is nearly full."]
    }
    return stand
  }

  @Test func listsWorkers() async throws {
    try await withStandIn(stand()) { _, address in
      let table = await muster("worker", "list", at: address).results
      #expect(table.contains("w-1"))
      #expect(table.contains("1/4"))
      #expect(table.contains("12,345"))
      #expect(table.contains("set aside for prove"))
      let json = await muster("worker", "list", "--output", "json", at: address).list
      #expect(json?.first?["slots_in_use"] as? Int == 1)
      #expect(await muster("worker", "list", "--output", "quiet", at: address).results == "w-1\n")
    }
  }

  @Test func showsOneWorker() async throws {
    try await withStandIn(stand()) { _, address in
      let shown = await muster("worker", "show", "w-1", at: address).results
      #expect(shown.contains("4 slots, 8 GiB, 1 GPU"))
      #expect(shown.contains("prove: 2 invalid results"))
      #expect(shown.contains("t-1"))
      let missing = await muster("worker", "show", "w-2", at: address)
      #expect(missing.messages == "error: there is no worker 'w-2'; see 'muster worker list'\n")
    }
  }

  @Test func drainsAndResumes() async throws {
    try await withStandIn(stand()) { coordinator, address in
      #expect(await muster("worker", "drain", "w-1", at: address).results.contains("draining"))
      #expect(coordinator.workers.first?.state == "draining")
      #expect(await muster("worker", "resume", "w-1", "--output", "quiet", at: address).results == "w-1\n")
      #expect(coordinator.workers.first?.state == "connected")
      #expect(await muster("worker", "drain", "w-9", at: address).status == 1)
    }
  }

  @Test func statusNamesTheCoordinatorsOverOneStore() async throws {
    let stand = stand()
    stand.status.coordinators = [
      .with {
        $0.address = "a:50055"
        $0.build = "0.1.0"
        $0.startedUnixMs = 1_000
        $0.lastHeardUnixMs = 2_000
        $0.isThis = true
        $0.onDuty = true
      },
      .with {
        $0.build = "0.2.0"
        $0.startedUnixMs = 1_000
        $0.lastHeardUnixMs = 2_000
      },
    ]
    try await withStandIn(stand) { _, address in
      let lines = await muster("coordinator", "status", at: address).results.split(separator: "\n")
      #expect(lines.contains { $0.hasPrefix("this one") && $0.contains("a:50055, muster 0.1.0, started") })
      #expect(lines.contains { $0.hasPrefix("this one") && $0.hasSuffix("has the periodic duties") })
      #expect(lines.contains { $0.hasPrefix("another") && $0.contains("address unknown, muster 0.2.0") })
      let json = await muster("coordinator", "status", "--output", "json", at: address).object
      let coordinators = json?["coordinators"] as? [[String: Any]]
      #expect(coordinators?.map { $0["is_this"] as? Bool } == [true, false])
      #expect(coordinators?.first?["last_heard_unix_ms"] as? Int == 2_000)
    }
  }

  @Test func statusSaysThatTheStoreDoesNotAnswer() async throws {
    let stand = stand()
    stand.status.storeAway = true
    stand.status.tasksByState = [:]
    stand.status.problems = ["The database has not answered for 5 s."]
    try await withStandIn(stand) { _, address in
      let status = await muster("coordinator", "status", at: address).results
      #expect(status.contains("tasks        not known while the store does not answer"), "\(status)")
      #expect(status.contains("The database has not answered for 5 s."))
      let json = await muster("coordinator", "status", "--output", "json", at: address).object
      #expect(json?["store_away"] as? Bool == true)
    }
  }

  @Test func listsKinds() async throws {
    try await withStandIn(stand()) { _, address in
      let table = await muster("kind", "list", at: address).results
      #expect(table.contains("python3 square.py"))
      #expect(table.contains("1m 30s"))
      #expect(table.contains("4,000"))
      let json = await muster("kind", "list", "--output", "json", at: address).list
      #expect(json?.first?["timeout_ms"] as? Int == 90_000)
      #expect(json?.first?["stages"] as? [[String]] == [["python3", "square.py"]])
    }
  }

  @Test func tellsTheStatus() async throws {
    try await withStandIn(stand()) { _, address in
      let shown = await muster("coordinator", "status", at: address).results
      #expect(shown.contains("3 queued, 4,000 done"))
      #expect(shown.contains("1, 1 of 4 slots in use"))
      #expect(shown.contains("The disk is nearly full."))
      let json = await muster("coordinator", "status", "--output", "json", at: address).object
      #expect(json?["problems"] as? [String] == ["The disk is nearly full."])
      #expect(json?["protocol_highest"] as? Int == 1)
    }
  }

  @Test func refusesAnotherProtocol() async throws {
    let stand = stand()
    stand.status.protocol = ProtocolVersions(lowest: 2, highest: 2).message
    try await withStandIn(stand) { _, address in
      let printed = await muster("task", "list", "--output", "json", at: address)
      #expect(printed.status == 1)
      #expect(printed.error?["code"] as? String == "protocol_mismatch")
    }
  }
}
