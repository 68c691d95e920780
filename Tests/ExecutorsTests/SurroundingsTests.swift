import Foundation
import Testing

@testable import Executors

/// What a program finds around itself.
@Suite(.timeLimit(.minutes(1))) struct SurroundingsTests {
  @Test func theEnvironmentIsWhatWasGiven() async throws {
    setenv("EXECUTORS_TESTS_SECRET", "leaked", 1)
    try await withHost { host in
      let request = ExecutorRequest(
        stages: [["/usr/bin/env"]],
        environment: ["A": "1", "EMPTY": "", "MUSTER_TASK_ID": "t", "MUSTER_DIR": "/forged"])
      let text = try #require(await host.run(request).text)
      let variables = Dictionary(
        uniqueKeysWithValues: text.split(separator: "\n").map { line in
          let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
          return (String(parts[0]), String(parts[1]))
        })
      #expect(
        variables.keys.sorted() == [
          "A", "EMPTY", "MUSTER_DIR", "MUSTER_INPUT", "MUSTER_OUTPUT", "MUSTER_RUN", "MUSTER_TASK_ID",
        ])
      let directory = try #require(variables["MUSTER_DIR"])
      #expect(directory != "/forged")
      #expect(variables["MUSTER_INPUT"] == "\(directory)/input")
      #expect(variables["MUSTER_OUTPUT"] == "\(directory)/output")
      #expect(variables["A"] == "1")
      #expect(variables["EMPTY"] == "")
    }
  }

  @Test func onlyTheThreeStandardDescriptors() async throws {
    // One that our own process has left open to its children.
    let leaky = open("/dev/null", O_RDONLY)
    defer { close(leaky) }
    try await withHost { host in
      // The fourth is the listing's own.
      #expect(await host.sh("ls /proc/self/fd | tr '\\n' ' '").text == "0 1 2 3 ")
    }
  }

  @Test func aPrivateDirectoryASessionAndCleanSignals() async throws {
    signal(SIGUSR1, SIG_IGN)
    try await withHost { host in
      #expect(await host.sh("stat -c %a . && pwd && echo $MUSTER_DIR").text?.hasPrefix("700\n") == true)
      let same = await host.sh(#"test "$(pwd)" = "$MUSTER_DIR" && test "$(ls)" = input"#)
      #expect(same.end == .done(result: []))
      #expect(
        await host.sh("ps -o sid= -p $$ | tr -d ' '; echo $$").text.map { Set($0.split(separator: "\n")).count } == 1)
      let signals = try #require(await host.sh("grep -E '^Sig(Blk|Ign):' /proc/self/status").text)
      #expect(signals == "SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n")
      #expect(await host.sh("ulimit -c").text == "0\n")
    }
  }

  @Test func placeholdersOfTheCaller() async throws {
    try await withHost { host in
      let request = ExecutorRequest(
        stages: [["printf", "%s %s %s", "{task.id}", "{slot}", #"{"x":{"y":1}}"#]],
        placeholders: ["task.id": "block-7", "slot": "2"], environment: path)
      #expect(await host.run(request).text == #"block-7 2 {"x":{"y":1}}"#)
    }
  }
}
