import CKeeper
import MusterCore

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// One run from its directory to its outcome.
struct ExecutorRun: Sendable {
  /// Files from this size on are written, read and removed on a thread that may wait.
  private static let heavy = 256 << 10
  private static let retryCode: Int32 = 75

  let request: ExecutorRequest
  let connection: KeeperConnection
  var directory: TaskDirectory
  let grace: Duration
  let time: SystemTime
  let log: @Sendable ([UInt8]) -> Void
  /// Folders that an isolated program does not see.
  var hidden: [String] = []

  func run(_ started: @Sendable () -> Void) async -> ExecutorOutcome {
    let programs: [KeeperProgram]
    do {
      programs = try RunPlan(request: request, directory: directory, grace: grace, hidden: hidden).programs()
    } catch {
      return error.outcome
    }
    var run = self
    let size = request.extraFiles.values.reduce(request.input.count) { $0 + $1.count }
    // Whoever looks up a user may ask a directory service.
    let mayWait = size >= Self.heavy || request.sandbox.mode != .none
    let (made, user) = await offload(mayWait) { [run] in run.prepare() }
    run.directory = made
    let outcome: ExecutorOutcome
    switch user {
    case .failure(let refusal): outcome = refusal.outcome
    case .success(let user):
      started()
      outcome = await run.stages(
        programs.map {
          var program = $0
          program.user = user
          return program
        })
    }
    try? made.reclaim()
    if !made.removeIfPlain() { await offload(true) { made.remove() } }
    return outcome
  }

  /// Makes the directory, for the user whose programs will run in it.
  private func prepare() -> (TaskDirectory, Result<RunUser?, Refusal>) {
    var directory = directory
    let user: RunUser?
    do throws(Refusal) {
      user = try RunUser.of(request.sandbox)
    } catch {
      return (directory, .failure(error))
    }
    do throws(FileFailure) {
      let other = user?.uid == geteuid() ? nil : user
      try directory.make(input: request.input, extraFiles: request.extraFiles, owner: other)
      return (directory, .success(user))
    } catch {
      return (directory, .failure(Refusal("The task's directory cannot be filled: \(error).")))
    }
  }

  private func stages(_ programs: [KeeperProgram]) async -> ExecutorOutcome {
    let start = time.moment()
    var outcome = ExecutorOutcome(end: .done(result: []))
    for (index, program) in programs.enumerated() {
      let isLast = index == programs.count - 1
      let stage = Stage(number: index + 1, count: programs.count, program: program)
      let captures: Int? =
        switch (isLast, request.outputIsResult) {
        case (true, true) where !request.namesOutput: request.maxResult
        case (true, false) where request.keptOutput > 0: request.keptOutput
        default: nil
        }
      let end: ProgramEnd
      if Task.isCancelled {
        (outcome.end, outcome.message) = (.cancelled, "The run was cancelled before \(stage.name).")
        break
      }
      do {
        let left = request.timeout.map { $0 - (time.moment() - start) }
        end = try await runOne(program, stage, timeout: left, captureLimit: captures)
      } catch {
        outcome = error.outcome
        break
      }
      outcome = judge(end, stage, peak: outcome.peakMemory)
      guard case .done = outcome.end else {
        deliver(end.captured)
        break
      }
      if isLast && request.outputIsResult {
        await takeResult(end, stage, &outcome)
      } else if captures != nil, end.captured.count <= request.keptOutput {
        outcome.output = end.captured
      }
    }
    outcome.runTime = time.moment() - start
    return outcome
  }

  private func runOne(
    _ program: KeeperProgram, _ stage: Stage, timeout: Duration?, captureLimit: Int?
  ) async throws(Refusal) -> ProgramEnd {
    var program = program
    program.timeout = timeout
    guard let message = program.message() else {
      throw Refusal(
        "The arguments and the environment of '\(program.argv[0])' are longer than \(MUSTER_MESSAGE_LIMIT) bytes together; pass large data in a file."
      )
    }
    let stdin: Descriptor
    do {
      stdin = try directory.openInput()
    } catch {
      let message = stage.sentence("cannot be given its input \(error)")
      // Behind the first stage it is the programs that have spoiled it.
      throw Refusal(ExecutorOutcome(end: stage.number == 1 ? .unrunnable : .failed(exitCode: 0), message: message))
    }
    do {
      return try await connection.run(
        message, stdin: stdin, captureLimit: captureLimit, log: log)
    } catch {
      throw Refusal("The program '\(program.argv[0])' cannot be started: \(error).")
    }
  }

  private func judge(_ end: ProgramEnd, _ stage: Stage, peak: UInt64) -> ExecutorOutcome {
    switch end.way {
    case .keeperLost:
      return ExecutorOutcome(
        end: .unrunnable, message: "The keeper process has died, and \(stage.name) with it.", peakMemory: peak)
    case .hostClosed:
      return ExecutorOutcome(end: .cancelled, message: ProgramEnd.closedMessage, peakMemory: peak)
    case .reported(let report):
      var outcome = ExecutorOutcome(
        end: .done(result: []), exitCode: report.exit_code, peakMemory: max(peak, report.memory))
      // A verifier whose output is kept may print its reason there, as one whose output goes to the log may.
      let tail = end.tail.isEmpty && !request.outputIsResult ? Array(end.captured.suffix(1024)) : end.tail
      (outcome.end, outcome.message) = stage.meaning(of: report, request, tail: tail)
      return outcome
    }
  }

  private func takeResult(_ end: ProgramEnd, _ stage: Stage, _ outcome: inout ExecutorOutcome) async {
    let file: Result<[UInt8]?, FileFailure> = await offload(directory.resultSize >= Self.heavy) { [self] in
      do throws(FileFailure) {
        try directory.reclaim()
        return .success(try directory.result(limit: request.maxResult))
      } catch {
        return .failure(error)
      }
    }
    var problem: String
    switch file {
    case .failure(let failure):
      problem = "its result cannot be read: \(failure)"
    case .success(nil) where request.namesOutput:
      problem = "it did not write its result to {output}"
    case .success(let bytes):
      if bytes != nil { deliver(end.captured) }
      let result = bytes ?? end.captured
      if result.count <= request.maxResult {
        outcome.end = .done(result: result)
        return
      }
      problem = "its result is larger than the \(request.maxResult) bytes that are allowed"
    }
    outcome.end = .failed(exitCode: outcome.exitCode)
    outcome.message = stage.sentence("exited with 0, but \(problem)", tail: end.tail)
  }

  /// What was kept as a result and is none belongs into the log: programs print their reasons there.
  private func deliver(_ bytes: [UInt8]) {
    var start = 0
    while start < bytes.count {
      let end = min(start + 65_536, bytes.count)
      log(Array(bytes[start..<end]))
      start = end
    }
  }
}
