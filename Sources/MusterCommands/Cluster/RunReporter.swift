import MusterCore
import Provisioning
import Terminal

/// Tells people, programs and the journal what happens in a run.
actor RunReporter {
  private let output: Output
  private let journal: RunJournal?
  private let board: LiveBoard?
  private let time: any Timekeeper
  private var done = 0
  private let start: Moment

  init(_ output: Output, journal: sending RunJournal? = nil, board: LiveBoard? = nil, time: any Timekeeper) {
    self.output = output
    self.journal = journal
    self.board = board
    self.time = time
    start = time.moment()
  }

  /// Tells of all that happens until it ends, also when the run is being stopped: what a machine was stopped at must be known.
  nonisolated func show(_ events: AsyncStream<RunEvent>) async {
    await Task { for await event in events { await show(event) } }.value
  }

  private func show(_ event: RunEvent) {
    tell(event)
    if case .action(_, .done) = event { done += 1 }
    board?.take(event)
  }

  private func tell(_ event: RunEvent) {
    let line = RunLine(event, at: time.timestamp())
    journal?.write(line)
    if output.mode == .json { try? output.renderLine(line, text: "", id: "") }
  }

  /// The last word: what became of all machines.
  ///
  /// - Parameters:
  ///   - outcomes: by machine; those without are well.
  ///   - failures: machines that could not be begun with.
  ///   - again: how to go on.
  /// - Throws: ``QuietExit`` if not all went well; what the terminal says.
  func finish(
    _ machines: [String], _ outcomes: [String: MachineOutcome], _ failures: [MachineFailure], again: String
  ) throws {
    for failure in failures {
      tell(.machine(failure.machine, .failed(code: failure.error.codeName, message: failure.error.message)))
    }
    var failed = failures.map { Misfortune(machine: $0.machine, code: $0.error.codeName, why: $0.error.message) }
    var skipped: [Misfortune] = []
    for machine in machines {
      switch outcomes[machine] {
      case .failed(let code, let message)?: failed.append(Misfortune(machine: machine, code: code, why: message))
      case .skipped(let why)?: skipped.append(Misfortune(machine: machine, code: "skipped", why: why))
      default: break
      }
    }
    var line = RunLine(event: "run", at: time.timestamp())
    line.state = failed.isEmpty && skipped.isEmpty ? "done" : "failed"
    line.actions = done
    line.failed = failed.map(\.machine)
    line.skipped = skipped.map(\.machine)
    line.seconds = RunLine.rounded(time.moment() - start)
    line.journal = journal?.folder
    journal?.write(line)
    journal?.close()
    switch output.mode {
    case .table: try tell(failed, skipped, again: again)
    case .json: try output.renderLine(line, text: "", id: "")
    case .quiet:
      let notDone = Set((failed + skipped).map(\.machine))
      for machine in machines where !notDone.contains(machine) { try output.line(machine) }
      for one in failed + skipped { output.failure(code: one.code, message: one.text) }
    }
    if Task.isCancelled { throw QuietExit(status: ExitStatus.detached) }
    guard failed.isEmpty, skipped.isEmpty else { throw QuietExit(status: ExitStatus.failure) }
  }

  /// A machine that is not what it should be, and why.
  private struct Misfortune {
    var machine: String
    var code: String
    var why: String
    /// The sentence with the machine's name.
    var text: String { ["\(machine) ", "\(machine):"].contains(where: why.hasPrefix) ? why : "\(machine): \(why)" }
  }

  private func tell(_ failed: [Misfortune], _ skipped: [Misfortune], again: String) throws {
    let took = Format.duration(time.moment() - start)
    if failed.isEmpty, skipped.isEmpty {
      try output.line(
        done == 0
          ? "nothing to do: the machines are as wanted" : "\(ClusterPlanView.count(done, "action")) done in \(took)",
        style: .good)
    } else {
      try output.line("\(ClusterPlanView.count(done, "action")) done in \(took)")
      for one in failed { try output.line("FAILED   \(one.text)", style: .bad) }
      for one in skipped { try output.line("SKIPPED  \(one.text)", style: .attention) }
      try output.line(again)
    }
    if let journal { output.note("the journal is in \(journal.folder)") }
  }
}
