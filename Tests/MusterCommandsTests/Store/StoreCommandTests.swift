import CoordinatorAPI
import Foundation
import PostgresFixture
import Testing

@testable import MusterCommands

/// `muster coordinator backup` and `migrate`, and coordinators over what they made.
@Suite(.timeLimit(.minutes(3)), .serialized) struct StoreCommandTests {
  /// A coordinator over `store`; workers of its own unless told otherwise.
  private func coordinator(
    _ folder: String, store: String, listen: String = "127.0.0.1:0"
  ) async throws -> (RunningDaemon, CoordinatorAddress) {
    let daemon = RunningDaemon([
      "coordinator", "run", "-c", folder + "/muster.yaml", "--state", folder + "/state", "--listen", listen, "--http",
      "none", "--store", store, "--heartbeat", "1s",
    ])
    return (daemon, try await daemon.address)
  }

  private func worker(_ folder: String, _ address: CoordinatorAddress) -> RunningDaemon {
    RunningDaemon([
      "worker", "run", "--coordinator", address.description, "-c", folder + "/muster.yaml", "--state",
      folder + "/worker", "--name", "w", "--slots", "4",
    ])
  }

  private func stop(_ daemon: RunningDaemon) async {
    daemon.signal(.termination)
    #expect(await daemon.status == 0, "\(daemon.messages.contents)")
  }

  private static let kinds =
    UpTests.kinds + """
        gate:
          executor: [sh, -c, "while [ ! -e GATE ]; do sleep 0.02; done; echo open"]

      """

  @Test func aBackupIsAStore() async throws {
    try await withFolder { folder in
      try write(UpTests.kinds, to: folder + "/muster.yaml")
      let (first, address) = try await coordinator(folder, store: "sqlite:\(folder)/store/muster.db")
      let runner = worker(folder, address)
      let large = String(repeating: "1", count: 300_000)
      try write(large, to: folder + "/large")
      _ = await muster("submit", "--kind", "square", "--input", "12", "--id", "a", "--wait", at: address)
      _ = await muster("submit", "--kind", "none", "--input-file", folder + "/large", "--id", "large", at: address)
      let arguments = [
        "coordinator", "backup", "--to", folder + "/backup", "--store", "sqlite:\(folder)/store/muster.db",
      ]
      let made = await muster(arguments + ["--output", "json"])
      #expect(made.object?["backup"] as? String == folder + "/backup", "\(made.messages)")
      #expect(made.object?["tasks"] as? Int == 2)
      #expect(made.object?["payload_files"] as? Int == 1)
      let twice = await muster(arguments)
      #expect(twice.status == 1)
      #expect(twice.messages == "error: '\(folder)/backup' exists already; name a folder that does not, to be made\n")
      _ = await muster("submit", "--kind", "square", "--input", "1", "--id", "later", "--wait", at: address)
      await stop(runner)
      await stop(first)

      let (second, restored) = try await coordinator(folder, store: "sqlite:\(folder)/backup/muster.db")
      #expect(await muster("task", "result", "a", at: restored).results == "144\n")
      #expect(await muster("task", "list", "--output", "quiet", at: restored).results == "large\na\n")
      await stop(second)
    }
  }

  @Test func onlyAFileIsBackedUp() async throws {
    let refused = await muster(
      "coordinator", "backup", "--to", "/nowhere/x", "--store", "postgres://u:canary@h/d")
    #expect(refused.status == 1)
    #expect(refused.messages.contains("postgres://u:<redacted>@h/d"))
    #expect(refused.messages.contains("pg_dump --schema=muster") && !refused.messages.contains("canary"))
  }

  /// The coordinator moves to a database and back, while one worker lives through it all with one attempt.
  @Test func aMigrationLeavesTheWorkersAtWork() async throws {
    try await withFreshDatabase { url in
      try await withFolder { folder in
        try write(Self.kinds.replacing("GATE", with: folder + "/gate"), to: folder + "/muster.yaml")
        let file = "sqlite:\(folder)/store/muster.db"
        let (first, address) = try await coordinator(folder, store: file)
        let runner = worker(folder, address)
        _ = await muster("submit", "--kind", "square", "--input", "12", "--id", "a", "--wait", at: address)
        _ = await muster("submit", "--kind", "gate", "--input", "", "--id", "g", at: address)
        while await muster("task", "list", "--state", "running", "--output", "quiet", at: address).results != "g\n" {
          try await Task.sleep(for: .milliseconds(5))
        }
        let migrate = ["coordinator", "migrate", "--from", file, "--to", url]
        let busy = await muster(migrate)
        #expect(busy.messages.contains("another coordinator has the store beside"), "\(busy.messages)")
        await stop(first)

        let dry = await muster(migrate + ["--dry-run", "--output", "json"])
        #expect(dry.object?["dry_run"] as? Bool == true && dry.object?["tasks"] as? Int == 2, "\(dry.messages)")
        let made = await muster(migrate)
        #expect(made.results.contains("gate"), "\(made.messages)")
        #expect(made.messages.contains("read back and found the same"))
        let again = await muster(migrate)
        #expect(again.messages.contains("holds 2 tasks already, and only an empty store can be filled"))

        let (second, _) = try await coordinator(folder, store: url, listen: address.description)
        #expect(await muster("task", "result", "a", at: address).results == "144\n")
        // The worker comes back to the address that it knows.
        let new = await muster("submit", "--kind", "square", "--input", "3", "--wait", at: address)
        #expect(new.results == "9\n", "\(new.messages)")
        let live = await muster("coordinator", "migrate", "--from", url, "--to", "sqlite:\(folder)/back/muster.db")
        #expect(live.messages.contains("works over the PostgreSQL at"), "\(live.messages)")
        let status = await muster("coordinator", "status", at: address)
        #expect(status.results.contains("this one") && status.results.contains("PostgreSQL"), "\(status.results)")
        await stop(second)

        let back = await muster(
          "coordinator", "migrate", "--from", url, "--to", "sqlite:\(folder)/back/muster.db", "--output", "json")
        #expect(back.object?["tasks"] as? Int == 3, "\(back.messages)")
        let (third, _) = try await coordinator(
          folder, store: "sqlite:\(folder)/back/muster.db", listen: address.description)
        try write("", to: folder + "/gate")
        let opened = await muster("task", "wait", "g", "--timeout", "60s", at: address)
        #expect(opened.results == "g done\n", "\(opened.messages)")
        let shown = await muster("task", "show", "g", "--output", "json", at: address)
        #expect(shown.object?["attempts"] as? Int == 1)
        await stop(runner)
        await stop(third)
      }
    }
  }

  @Test(arguments: [
    (["--from", "sqlite:a", "--to", "mysql://u:canary@h"], "--to: 'mysql://u:<redacted>@h' is no store"),
    (["--from", "prover-cluster+postgres://u:canary@h/d", "--to", "sqlite:a"], "rows of the prover cluster's table"),
    (["--from", "sqlite:/nowhere/a", "--to", "sqlite:/nowhere/b"], "there is no store '/nowhere/a'"),
  ])
  func whatCannotBeMigratedIsSaid(arguments: [String], message: String) async throws {
    let printed = await muster(["coordinator", "migrate"] + arguments)
    #expect(printed.status == 1)
    #expect(printed.messages.contains(message), "\(printed.messages)")
    #expect(!printed.messages.contains("canary"))
  }

  @Test func aLoginThatIsRefusedIsSaidAtOnceWithoutThePassword() async throws {
    try await withPostgresServer(.init(passwords: true)) { server in
      try await server.createUser("ada", password: "right")
      try await withFolder { folder in
        for (store, advice) in [
          ("postgres://ada:canary@127.0.0.1:\(server.port)/postgres", "correct the user or the password in 'store'"),
          ("postgres:host=127.0.0.1 port=\(server.port) user=ada password=canary", "correct the user or the password"),
          ("postgres://ada:right@127.0.0.1:\(server.port)/nothing", "make it with createdb"),
          ("postgres://ada:right@nowhere.invalid/d?connect_timeout=2", "correct the host's name"),
        ] {
          try write("store: \"\(store)\"\n", to: folder + "/muster.yaml")
          let daemon = RunningDaemon([
            "coordinator", "run", "-c", folder + "/muster.yaml", "--state", folder + "/state", "--listen",
            "127.0.0.1:0", "--http", "none",
          ])
          #expect(await daemon.status == 1)
          let said = daemon.messages.contents
          #expect(said.contains(advice) && said.split(separator: "\n").count == 1, "\(said)")
          #expect(!said.contains("canary") && !said.contains("right"))
        }
      }
    }
  }

  @Test func aServerThatIsBeingStartedIsWaitedFor() async throws {
    try await withPostgresServer { server in
      try await withFolder { folder in
        try write("store: \(server.tcpURL(database: "postgres"))\n", to: folder + "/muster.yaml")
        await server.stop(.fast)
        let daemon = RunningDaemon([
          "coordinator", "run", "-c", folder + "/muster.yaml", "--state", folder + "/state", "--listen", "127.0.0.1:0",
          "--http", "none",
        ])
        try await until { daemon.messages.contents.contains("the database does not answer yet; trying again") }
        try await server.start()
        let address = try await daemon.address
        #expect(await muster("submit", "--kind", "k", "--input", "1", "--id", "a", at: address).results == "a\n")
        await stop(daemon)
      }
    }
  }
}
