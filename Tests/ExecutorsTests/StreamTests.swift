import Testing

@testable import Executors

@Suite(.timeLimit(.minutes(1))) struct StreamTests {
  /// Every byte there is, over more than one pipe buffer.
  private let binary = [UInt8]((0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) })

  @Test func inputIsAFileAndTheStandardInputOfEveryStage() async throws {
    try await withHost { host in
      let fromStdin = ExecutorRequest(stages: [["cat"]], input: binary, environment: path)
      #expect(await host.run(fromStdin).end == .done(result: binary))
      let fromFile = ExecutorRequest(stages: [["cat", "{input}"]], input: binary, environment: path)
      #expect(await host.run(fromFile).end == .done(result: binary))
      let twice = ExecutorRequest(stages: [["cat"], ["cat"]], input: Array("x".utf8), environment: path)
      let log = Log()
      #expect(await host.run(twice, log: log.add).text == "x")
      #expect(log.text == "x")
      #expect(await host.sh("wc -c").text?.contains("0") == true)
    }
  }

  @Test func theOutputFileIsTheResultAndStdoutThenTheLog() async throws {
    try await withHost { host in
      let named = ExecutorRequest(
        stages: [["sh", "-c", "echo progress; cp {input} {output}"]], input: binary, environment: path)
      let log = Log()
      #expect(await host.run(named, log: log.add).end == .done(result: binary))
      #expect(log.text == "progress\n")

      let byVariable = Log()
      let variable = await host.sh("echo progress; printf proof > $MUSTER_OUTPUT", log: byVariable)
      #expect(variable.text == "proof")
      #expect(byVariable.text == "progress\n")

      let stdout = Log()
      #expect(await host.sh("echo log >&2; printf proof", log: stdout).text == "proof")
      #expect(stdout.text == "log\n")

      let earlier = ExecutorRequest(
        stages: [["sh", "-c", "printf proof > $MUSTER_OUTPUT"], ["true"]], environment: path)
      #expect(await host.run(earlier).text == "proof")
    }
  }

  @Test func aResultThatIsMissingOrTooLargeFails() async throws {
    try await withHost { host in
      let missing = await host.sh("echo hello; : {output}")
      #expect(missing.end == .failed(exitCode: 0))
      #expect(
        missing.message
          == "The program 'sh' exited with 0, but it did not write its result to {output}; it said: hello")
      for script in ["head -c 101 /dev/zero", "head -c 101 /dev/zero > {output}"] {
        let large = await host.sh(script, { $0.maxResult = 100 })
        #expect(large.end == .failed(exitCode: 0))
        #expect(
          large.message
            == "The program 'sh' exited with 0, but its result is larger than the 100 bytes that are allowed.")
        #expect(await host.sh(script, { $0.maxResult = 101 }).end == .done(result: [UInt8](repeating: 0, count: 101)))
      }
      let fifo = await host.sh("mkfifo {output}")
      #expect(fifo.end == .failed(exitCode: 0))
    }
  }

  @Test func aVerifierGivesNoResultAndGetsTheFilesOfItsRequest() async throws {
    try await withHost { host in
      var request = ExecutorRequest(
        stages: [["sh", "-c", "echo checking; cmp {input} {result} && cmp {input} {dir}/result"]], input: binary,
        environment: path, extraFiles: ["result": binary], outputIsResult: false)
      let log = Log()
      #expect(await host.run(request, log: log.add).end == .done(result: []))
      #expect(log.text == "checking\n")
      request.extraFiles["result"] = [1]
      #expect(await host.run(request).end == .failed(exitCode: 1))
    }
  }

  @Test func whatAVerifierPrintsIsKeptWholeOrNotAtAll() async throws {
    try await withHost { host in
      func verifier(_ script: String) -> ExecutorRequest {
        ExecutorRequest(
          stages: [["sh", "-c", "echo first"], ["sh", "-c", script]], environment: path, outputIsResult: false,
          keptOutput: 5)
      }
      let log = Log()
      let five = await host.run(verifier("printf '\\0abc\\n'; echo aside >&2"), log: log.add)
      #expect(five.end == .done(result: []) && five.output == [0, 97, 98, 99, 10])
      #expect(log.text == "first\naside\n")
      #expect(await host.run(verifier("printf abcdef")).output == nil, "a part would be taken for the whole")
      #expect(await host.run(verifier(":")).output == [])
      let bad = Log()
      let refused = await host.run(verifier("echo no good; exit 1"), log: bad.add)
      #expect(refused.end == .failed(exitCode: 1) && refused.output == nil)
      #expect(refused.message.hasSuffix("it said: no goo"), "what is kept is bounded, also for the sentence")
      #expect(await host.run(verifier("echo why >&2; echo no good; exit 1")).message.hasSuffix("it said: why"))
    }
  }

  @Test func whatAFailedProgramPrintedGoesToTheLog() async throws {
    try await withHost { host in
      let log = Log()
      let outcome = await host.sh("echo reason; exit 1", log: log)
      #expect(outcome.end == .failed(exitCode: 1))
      #expect(log.text == "reason\n")
    }
  }

  @Test func tenMegabytesOfLogAllArrive() async throws {
    try await withHost { host in
      let log = Log(keeps: 0)
      let outcome = await host.sh("head -c 10000000 /dev/zero >&2; printf ok", log: log)
      #expect(outcome.text == "ok")
      #expect(log.count == 10_000_000)
    }
  }

  @Test func aProgramThatWritesWithoutEndHoldsUpNoOther() async throws {
    try await withHost { host in
      let log = Log(keeps: 100)
      let noisy = Task { await host.sh("yes >&2", log: log) }
      await log.contains("y")
      for _ in 0..<20 { #expect(await host.sh("printf x; echo y >&2").text == "x") }
      noisy.cancel()
      #expect(await noisy.value.end == .cancelled)
    }
  }

  @Test func aProgramMayCloseItsStreams() async throws {
    try await withHost { host in
      #expect(await host.sh("exec 0<&- 1>&- 2>&-; sleep 0.2").end == .done(result: []))
    }
  }
}
