import MusterCore
import Synchronization
import Terminal

/// Shows a ``MachineBoard`` on standard error: on a terminal redrawn in place, ten times a second; elsewhere a line for what
/// matters. In quiet mode nothing is shown, nor in JSON mode without a terminal, where standard error is for programs.
final class LiveBoard: Sendable {
  private struct State {
    var board: MachineBoard
    var isFinished = false
  }
  private let state: Mutex<State>
  private let output: Output
  private let time: any Timekeeper
  private let start: Moment

  private static let redraw = Duration.milliseconds(100)

  init(_ output: Output, _ board: MachineBoard, time: any Timekeeper = SystemTime()) {
    state = Mutex(State(board: board))
    self.output = output
    self.time = time
    start = time.moment()
  }

  func begin(_ machine: String, phase: String, what: String) {
    take { $0.begin(machine, phase: phase, what: what, now: $1) }
  }
  func progress(_ machine: String, bytes: Int, of: Int) { take { $0.progress(machine, bytes: bytes, of: of, now: $1) } }
  func end(_ machine: String, _ outcome: ActionOutcome) { take { $0.end(machine, outcome, now: $1) } }

  /// Shows the board while `body` runs, and at its end what came of each machine.
  func shown<Answer: Sendable>(_ body: @Sendable () async throws -> Answer) async rethrows -> Answer {
    let drawing = Task { [self] in
      while redraws, !Task.isCancelled {
        draw()
        try await time.sleep(for: Self.redraw)
      }
    }
    defer {
      drawing.cancel()
      finish()
    }
    return try await body()
  }

  private var stream: TerminalStream { output.messages }
  private var redraws: Bool { stream.canRedraw && output.mode != .quiet }
  private var now: Duration { time.moment() - start }

  private func take(_ change: (inout MachineBoard, Duration) -> Cell?) {
    state.withLock { state in
      // What is written under the lock stands in the order in which it happened.
      guard let line = change(&state.board, now), !redraws, output.mode == .table, !state.isFinished else { return }
      let text = line.style.applied(to: VisibleText.line(line.text), colours: stream.hasColours)
      try? stream.write(text + "\n")
    }
  }

  private func draw() {
    state.withLock { state in
      guard !state.isFinished else { return }
      // The last column stays free, as many terminals wrap once it is filled, and a row for what was before.
      stream.setLiveLines(
        state.board.lines(
          width: max((stream.width ?? 80) - 1, 1), height: max((stream.height ?? 24) - 1, 1), now: now,
          colours: stream.hasColours))
    }
  }

  private func finish() {
    state.withLock { state in
      guard !state.isFinished else { return }
      state.isFinished = true
      guard redraws else { return }
      stream.setLiveLines([])
      try? stream.write(state.board.ending(now: now).render(colours: stream.hasColours))
    }
  }
}
