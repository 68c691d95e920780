import CoordinatorAPI
import Foundation
import StandInCoordinator
import Testing

@testable import MusterCommands

@Suite(.timeLimit(.minutes(1))) struct TaskCommandTests {
  private func stand() -> StandInCoordinator {
    StandInCoordinator { spec in
      switch String(decoding: spec.input, as: UTF8.self) {
      case "fail": .failed("exit code 3")
      case "hold": nil
      case "large": .done(Data(repeating: 0x61, count: 100_000))
      case "binary": .done(Data([0xFF, 0xFE]))
      case let text: .done("got \(text)")
      }
    }
  }
  private func submit(_ id: String, _ input: String, at address: CoordinatorAddress) async -> Printed {
    await muster("submit", "--kind", "k", "--id", id, "--input", input, at: address)
  }

  @Test func submitPrintsTheId() async throws {
    try await withStandIn(stand()) { coordinator, address in
      #expect(await submit("a", "hold", at: address).results == "a\n")
      let made = await muster("submit", "--kind", "k", "--input", "hold", "--output", "quiet", at: address)
      #expect(made.results == "made-2\n")
      let again = await muster(
        "submit", "--kind", "k", "--id", "a", "--input", "hold", "--output", "json", at: address)
      let object = try #require(again.object)
      #expect(object["id"] as? String == "a")
      #expect(object["state"] as? String == "queued")
      #expect(object["existing"] as? Bool == true)
      let other = await submit("a", "other", at: address)
      #expect(other.status == 1)
      #expect(other.messages == "error: there is another task 'a'\n")
    }
  }

  @Test func submitSendsAllItsOptions() async throws {
    try await withStandIn(stand()) { coordinator, address in
      try await withFolder { folder in
        try Data([0, 255, 10]).write(to: URL(filePath: folder + "/in"))
        let printed = await muster(
          "submit", "--kind", "k", "--id", "x", "--input-file", folder + "/in", "--priority=-5", "--label", "a=b=c",
          "--label", "e=", "--after", "y", "--deadline", "2030-01-01T00:00:00Z", "--slots", "2", "--memory", "1.5GiB",
          "--gpus", "1", "--max-attempts", "9", at: address)
        #expect(printed.status == 0, "\(printed.messages)")
        let spec = try #require(coordinator.tasks.first?.spec)
        #expect(spec.input == Data([0, 255, 10]))
        #expect(spec.priority == -5)
        #expect(spec.labels == ["a": "b=c", "e": ""])
        #expect(spec.dependsOn == ["y"])
        #expect(spec.deadlineUnixMs == 1_893_456_000_000)
        #expect(spec.slots == 2)
        #expect(spec.memory == 3 << 29)
        #expect(spec.gpus == 1)
        #expect(spec.maxAttempts == 9)
      }
    }
  }

  @Test func submitWaits() async throws {
    try await withStandIn(stand()) { coordinator, address in
      let done = await muster("submit", "--kind", "k", "--input", "1", "--wait", at: address)
      #expect(done.status == 0)
      #expect(done.results == "got 1")
      let terminal = await muster("submit", "--kind", "k", "--input", "1", "--wait", at: address, isTerminal: true)
      #expect(terminal.results == "got 1\n")
      let large = await muster("submit", "--kind", "k", "--input", "large", "--wait", at: address)
      #expect(large.results.utf8.count == 100_000)
      let failed = await muster("submit", "--kind", "k", "--id", "f", "--input", "fail", "--wait", at: address)
      #expect(failed.status == 1)
      #expect(failed.messages == "error: task f failed: exit code 3\n")
      let json = await muster(
        "submit", "--kind", "k", "--id", "f", "--input", "fail", "--wait", "--output", "json", at: address)
      #expect(json.status == 1)
      #expect(json.object?["state"] as? String == "failed")
      #expect(json.error?["code"] as? String == "task_not_done")
    }
  }

  @Test func resultIsByteForByte() async throws {
    try await withStandIn(stand()) { _, address in
      _ = await submit("a", "large", at: address)
      _ = await submit("b", "binary", at: address)
      _ = await submit("c", "hold", at: address)
      #expect(await muster("task", "result", "a", at: address).results.utf8.count == 100_000)
      let binary = await muster("task", "result", "b", "--output", "json", at: address)
      #expect(binary.object?["result_base64"] as? String == "//4=")
      let none = await muster("task", "result", "c", at: address)
      #expect(none.status == 1)
      #expect(none.messages == "error: the task 'c' has no result\n")
    }
  }

  @Test func listsAndFilters() async throws {
    try await withStandIn(stand()) { _, address in
      for (id, input) in [("a", "1"), ("b", "hold"), ("c", "fail")] { _ = await submit(id, input, at: address) }
      let all = await muster("task", "list", "--output", "json", at: address)
      #expect(all.list?.compactMap { $0["id"] as? String } == ["c", "b", "a"])
      #expect(await muster("task", "list", "--output", "quiet", "--oldest-first", at: address).results == "a\nb\nc\n")
      #expect(
        await muster("task", "list", "--state", "failed", "--state", "queued", "--output", "quiet", at: address).results
          == "c\nb\n")
      let limited = await muster("task", "list", "--limit", "2", at: address)
      #expect(limited.results.split(separator: "\n").count == 3)
      #expect(limited.messages == "only the first 2; more with --limit\n")
      let none = await muster("task", "list", "--kind", "z", at: address)
      #expect(none.results.isEmpty)
      #expect(none.messages == "no tasks\n")
      let table = await muster("task", "list", "--state", "done", at: address)
      #expect(table.results.hasPrefix("ID"))
      #expect(table.results.contains("1.5 s"))
    }
  }

  @Test func counts() async throws {
    try await withStandIn(stand()) { _, address in
      for (id, input) in [("a", "1"), ("b", "hold"), ("c", "fail"), ("d", "2")] {
        _ = await submit(id, input, at: address)
      }
      let counted = await muster("task", "count", "--output", "json", at: address)
      let kind = try #require(counted.list?.first)
      #expect(kind["total"] as? Int == 4)
      #expect((kind["states"] as? [String: Int])?["done"] == 2)
      #expect((kind["states"] as? [String: Int])?["cancelled"] == 0)
      let summary = await muster("task", "list", "--summary", at: address)
      #expect(summary.results == (await muster("task", "count", at: address)).results)
    }
  }

  @Test func showsAndExplains() async throws {
    try await withStandIn(stand()) { _, address in
      _ = await submit("b", "hold", at: address)
      _ = await submit("c", "fail", at: address)
      let why = await muster("task", "why", "b", at: address)
      #expect(why.results == "No worker serves the kind 'k'.\n")
      let json = await muster("task", "why", "b", "--output", "json", at: address)
      let reasons = json.object?["why"] as? [[String: String]]
      #expect(reasons?.first?["code"] == "no_worker")
      #expect(await muster("task", "why", "c", at: address).results == "The task is failed.\n")
      let shown = await muster("task", "show", "c", at: address)
      #expect(shown.results.contains("exit code 3"))
      #expect(shown.results.contains("ATTEMPT"))
      let object = try #require(await muster("task", "show", "c", "--output", "json", at: address).object)
      #expect(object["error"] as? String == "exit code 3")
      #expect((object["history"] as? [[String: Any]])?.first?["worker"] as? String == "stand-in")
      let missing = await muster("task", "show", "nope", "--output", "json", at: address)
      #expect(missing.status == 1)
      #expect(missing.error?["code"] as? String == "not_found")
    }
  }

  @Test func printsLogs() async throws {
    try await withStandIn(stand()) { coordinator, address in
      _ = await submit("a", "1", at: address)
      coordinator.setLog("one\ntwo\u{1B}[31m\n", of: "a")
      #expect(await muster("task", "logs", "a", at: address).results == "one\ntwo\u{1B}[31m\n")
      let seen = await muster("task", "logs", "-f", "a", at: address, isTerminal: true)
      #expect(seen.results == "one\ntwo\\u{1B}[31m\n")
      let json = await muster("task", "logs", "a", "--output", "json", at: address)
      #expect(json.object?["attempt"] as? Int == 1)
    }
  }

  @Test func cancelsAndRetries() async throws {
    try await withStandIn(stand()) { _, address in
      _ = await submit("a", "1", at: address)
      _ = await submit("b", "hold", at: address)
      let cancelled = await muster("task", "cancel", "a", "b", at: address)
      #expect(cancelled.status == 0)
      #expect(cancelled.results == "ID  RESULT\na   already done\nb   cancelled\n")
      let missing = await muster("task", "cancel", "b", "zz", "--output", "json", at: address)
      #expect(missing.status == 1)
      #expect(missing.list?.count == 2)
      #expect(missing.error?["code"] as? String == "not_found")
      let retried = await muster("task", "retry", "b", "--output", "quiet", at: address)
      #expect(retried.results == "b\n")
    }
  }

  @Test func waits() async throws {
    try await withStandIn(stand()) { coordinator, address in
      _ = await submit("a", "1", at: address)
      _ = await submit("b", "hold", at: address)
      async let waiting = muster("task", "wait", "a", "b", at: address)
      try await until { coordinator.followers == 1 }
      coordinator.end("b", as: .failed("no"))
      let waited = await waiting
      #expect(waited.status == 1)
      #expect(waited.results == "a done\nb failed: no\n")
      #expect(waited.messages == "error: task b failed: no\n")
      #expect(await muster("task", "wait", "a", "--output", "quiet", at: address).results == "a\n")
      _ = await submit("c", "hold", at: address)
      let late = await muster("task", "wait", "c", "--timeout", "50ms", at: address)
      #expect(late.status == 1)
      #expect(late.messages == "error: not all tasks have ended within 50ms\n")
    }
  }
}
