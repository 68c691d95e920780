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
    var failed = failures.map { ($0.machine, $0.error.message) }
    var skipped: [(String, String)] = []
    for machine in machines {
      switch outcomes[machine] {
      case .failed(_, let message)?: failed.append((machine, message))
      case .skipped(let why)?: skipped.append((machine, why))
      default: break
      }
    }
    var line = RunLine(event: "run", at: time.timestamp())
    line.state = failed.isEmpty && skipped.isEmpty ? "done" : "failed"
    line.actions = done
    line.failed = failed.map(\.0)
    line.skipped = skipped.map(\.0)
    line.seconds = RunLine.rounded(time.moment() - start)
    line.journal = journal?.folder
    journal?.write(line)
    journal?.close()
    try tell(line, failed, skipped, again: again)
    if Task.isCancelled { throw QuietExit(status: ExitStatus.detached) }
    guard failed.isEmpty, skipped.isEmpty else { throw QuietExit(status: ExitStatus.failure) }
  }

  private func tell(
    _ line: RunLine, _ failed: [(String, String)], _ skipped: [(String, String)], again: String
  ) throws {
    if output.mode == .json { return try output.renderLine(line, text: "", id: "") }
    guard output.mode == .table else { return }
    let took = Format.duration(time.moment() - start)
    if failed.isEmpty, skipped.isEmpty {
      try output.line(
        done == 0
          ? "nothing to do: the machines are as wanted" : "\(ClusterPlanView.count(done, "action")) done in \(took)",
        style: .good)
    } else {
      try output.line("\(ClusterPlanView.count(done, "action")) done in \(took)")
      for (machine, why) in failed {
        let named = why.hasPrefix(machine) ? why : "\(machine): \(why)"
        try output.line("FAILED   \(named)", style: .bad)
      }
      for (machine, why) in skipped { try output.line("SKIPPED  \(machine): \(why)", style: .attention) }
      try output.line(again)
    }
    if let journal { output.note("the journal is in \(journal.folder)") }
  }
}
