import Foundation
import Testing

@testable import MusterCommands

@Suite(.timeLimit(.minutes(1))) struct KindCheckTests {
  private func check(_ folder: String, _ arguments: String...) async throws -> (Int32, RunningDaemon) {
    try write(
      """
      kinds:
        square:
          executor: [sh, -c, "read n; echo working >&2; [ $n != bad ] && echo $((n * n))"]
        honest:
          executor: [cat, "{input}"]
          verifier: [cmp, -s, "{input}", "{result}"]
        cheat:
          executor: [echo, "no"]
          verifier: [cmp, -s, "{input}", "{result}"]
        lost:
          executor: [/no/such/program]
        remote:
          verifier: none

      """, to: folder + "/muster.yaml")
    let daemon = RunningDaemon(["kind", "check", "-c", folder + "/muster.yaml"] + arguments)
    return (await daemon.status, daemon)
  }

  @Test func saysWhatHappened() async throws {
    try await withFolder { folder in
      let (status, printed) = try await check(folder, "square", "--input", "7")
      #expect(status == 0, "\(printed.messages.contents)")
      #expect(printed.results.contents.contains("executor  done in "))
      #expect(printed.results.contents.contains(#"3 B: 49\n"#))
      #expect(printed.results.contents.contains("none: results are taken as they are"))
      #expect(printed.messages.contents == "working\n")
    }
  }

  @Test func tellsFailures() async throws {
    try await withFolder { folder in
      let (status, printed) = try await check(folder, "square", "--input", "bad", "--output", "json")
      #expect(status == 1)
      let view = try JSONSerialization.jsonObject(with: Data(printed.results.contents.utf8)) as? [String: Any]
      let executor = view?["executor"] as? [String: Any]
      #expect(executor?["outcome"] as? String == "failed")
      #expect(executor?["exit_code"] as? Int == 1)
      #expect(view?["log"] as? String == "working\n")
      #expect(view?["result"] == nil)
      let (lost, program) = try await check(folder, "lost", "--input", "")
      #expect(lost == 1)
      #expect(program.results.contents.contains("unrunnable"))
    }
  }

  @Test func asksTheVerifier() async throws {
    try await withFolder { folder in
      let (honest, valid) = try await check(folder, "honest", "--input", "x")
      #expect(honest == 0)
      #expect(valid.results.contents.contains("verifier  valid in "))
      let (cheat, invalid) = try await check(folder, "cheat", "--input", "x", "--output", "quiet")
      #expect(cheat == 1)
      #expect(invalid.results.contents == "done\n")
    }
  }

  @Test func refusesWhatCannotBeTried() async throws {
    try await withFolder { folder in
      let (unknown, first) = try await check(folder, "cube", "--input", "x")
      #expect(unknown == 1)
      #expect(first.messages.contents.contains("defines no kind 'cube'"))
      let (remote, second) = try await check(folder, "remote", "--input", "x")
      #expect(remote == 1)
      #expect(second.messages.contents.contains("has no executor"), "\(second.messages.contents)")
      let (usage, _) = try await check(folder, "square")
      #expect(usage == 64)
    }
  }
}
