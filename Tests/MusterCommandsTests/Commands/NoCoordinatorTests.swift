import CoordinatorAPI
import StandInCoordinator
import Testing

@testable import MusterCommands

/// Every command that needs a coordinator says the same when there is none.
@Suite(.timeLimit(.minutes(1))) struct NoCoordinatorTests {
  @Test(arguments: [
    ["submit", "--kind", "k", "--input", "x"], ["submit", "--kind", "k", "--input", "x", "--wait"], ["task", "list"],
    ["task", "list", "--summary"], ["task", "show", "a"], ["task", "why", "a"], ["task", "logs", "a"],
    ["task", "result", "a"], ["task", "wait", "a"], ["task", "cancel", "a"], ["task", "retry", "a"], ["task", "count"],
    ["worker", "list"], ["worker", "show", "a"], ["worker", "drain", "a"], ["worker", "resume", "a"], ["kind", "list"],
    ["coordinator", "status"],
  ])
  func saysHowToStartOne(arguments: [String]) async throws {
    let address = try await withStandIn { _, address in address }
    let printed = await muster(arguments + ["--coordinator", address.description])
    #expect(printed.status == 1)
    #expect(
      printed.messages
        == "error: no coordinator answers at \(address); start one with 'muster up', "
        + "or name another with --coordinator HOST:PORT (MUSTER_COORDINATOR)\n")
    let json = await muster(arguments + ["--coordinator", address.description, "--output", "json"])
    #expect(json.status == 1)
    #expect(json.error?["code"] as? String == "no_coordinator")
    #expect((json.error?["details"] as? [String: String])?["coordinator"] == address.description)
  }

  @Test func saysItForBatchesToo() async throws {
    let address = try await withStandIn { _, address in address }
    try await withFolder { folder in
      try write("1\n", to: folder + "/in")
      let printed = await muster(
        "run", "--kind", "k", "--inputs", folder + "/in", "--output", folder + "/out", at: address)
      #expect(printed.status == 1)
      #expect(printed.messages.contains("error: no coordinator answers at \(address)"))
    }
  }
}
