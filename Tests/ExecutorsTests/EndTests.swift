import Testing

@testable import Executors

@Suite(.timeLimit(.minutes(1))) struct EndTests {
  @Test func exitCodes() async throws {
    try await withHost { host in
      let done = await host.sh("exit 0")
      #expect(done.end == .done(result: []))
      #expect(done.message.isEmpty)

      let retry = await host.sh("echo busy >&2; exit 75")
      #expect(retry.end == .retry)
      #expect(retry.exitCode == 75)
      #expect(retry.message == "The program 'sh' asked to be tried again (exit code 75); it said: busy")

      let failed = await host.sh("echo first >&2; printf 'no \\033[31mwitness\\n\\n' >&2; exit 3")
      #expect(failed.end == .failed(exitCode: 3))
      #expect(failed.exitCode == 3)
      #expect(failed.message == "The program 'sh' exited with code 3; it said: no [31mwitness")

      let signalled = await host.sh("kill -SEGV $$")
      #expect(signalled.end == .signalled(11))
      #expect(signalled.message == "The program 'sh' was ended by signal 11 (SIGSEGV).")
    }
  }

  @Test func stagesShareADirectoryAndTheFirstFailureEndsTheRun() async throws {
    try await withHost { host in
      let log = Log()
      let two = ExecutorRequest(
        stages: [["sh", "-c", "cat {input} > {dir}/witness; echo made"], ["sh", "-c", "tr a-z A-Z < witness"]],
        input: Array("abc".utf8), environment: path)
      let outcome = await host.run(two, log: log.add)
      #expect(outcome.text == "ABC")
      #expect(log.text == "made\n")

      let broken = ExecutorRequest(stages: [["sh", "-c", "exit 4"], ["sh", "-c", "echo ran >&2"]], environment: path)
      let none = Log()
      let failed = await host.run(broken, log: none.add)
      #expect(failed.end == .failed(exitCode: 4))
      #expect(failed.message == "Stage 1 of 2 ('sh') exited with code 4.")
      #expect(none.text.isEmpty)
    }
  }

  @Test func programsThatCannotRun() async throws {
    try await withHost { host in
      func message(_ stages: [[String]], _ change: (inout ExecutorRequest) -> Void = { _ in }) async -> String {
        var request = ExecutorRequest(stages: stages, environment: path)
        change(&request)
        let outcome = await host.run(request)
        #expect(outcome.end == .unrunnable)
        return outcome.message
      }
      #expect(
        await message([["no-such-prover"]])
          == "Program 'no-such-prover' was found in no folder of PATH (/usr/bin:/bin); install it, or give its path.")
      #expect(await message([["/no/such"]]) == "Program '/no/such' does not exist; check the path.")
      #expect(
        await message([["/etc/passwd"]])
          == "Program '/etc/passwd' may not be executed by this user; check the permissions of the file and its folders."
      )
      #expect(
        await message([["sh", "-c", "printf 'echo' > p; chmod +x p"], ["./p"]])
          == "Program './p' is not in a form that this machine can execute; a script needs a first line like #!/bin/sh."
      )
      #expect(await message([]) == "There is no program to run: the list of stages is empty.")
      #expect(await message([["true"], []]) == "Stage 2 names no program: its argv is empty.")
      #expect(
        await message([["true", "{nothing}"]])
          == "Argument '{nothing}' holds the unknown placeholder {nothing}; known are {dir}, {input}, {output}, "
          + "and {{nothing}} is a literal {nothing}.")
      #expect(
        await message([["true", "a\0b"]]).contains("holds a NUL byte"))
      #expect(
        await message([["true", String(repeating: "x", count: 200_000)]])
          == "The arguments and the environment of 'true' are longer than 131072 bytes together; pass large data in a file."
      )
      #expect(await message([["true"]]) { $0.environment["A=B"] = "c" }.contains("'A=B' cannot be a variable"))
      #expect(await message([["true"]]) { $0.extraFiles = ["..": []] }.contains("'..' cannot be the name"))
      #expect(await message([["true"]]) { $0.extraFiles = ["input": []] }.contains("the runner itself uses it"))
    }
  }

  @Test func startedIsCalledOnceAndNotForARefusal() async throws {
    try await withHost { host in
      let log = Log()
      _ = await host.run(
        ExecutorRequest(stages: [["true"], ["true"]], environment: path), started: { log.add(Array("started ".utf8)) })
      #expect(log.text == "started ")
      _ = await host.run(ExecutorRequest(stages: [["true", "{x}"]]), started: { log.add(Array("wrong".utf8)) })
      #expect(log.text == "started ")
    }
  }

  @Test func hostsThatCannotBeMade() async throws {
    try await withFolder { folder in
      #expect(throws: ExecutorError.self) {
        try ExecutorHost(keeperCommand: ["/no/such/keeper"], workRoot: folder)
      }
      #expect(throws: ExecutorError.self) { try ExecutorHost(keeperCommand: keeperCommand, workRoot: "relative") }
      #expect(throws: ExecutorError.self) { try ExecutorHost(keeperCommand: keeperCommand, workRoot: "/proc/none") }
      #expect(throws: ExecutorError.self) { try ExecutorHost(keeperCommand: [], workRoot: folder) }
      try #expect(folders(in: folder) == [])
    }
  }
}
