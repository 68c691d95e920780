import MusterCore
import Provisioning
import Synchronization
import Terminal

/// Shows a ``MachineBoard`` on standard error: on a terminal redrawn in place, ten times a second; elsewhere a line for what
/// matters. In quiet mode nothing is shown, nor in JSON mode without a terminal, where standard error is for programs.
final class LiveBoard: Sendable {
  private struct State {
    var board: MachineBoard
    var isFinished = false
    var drawing: Task<Void, any Error>?
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

  /// Draws from now on.
  func begin() {
    guard redraws else { return }
    let drawing = Task { [self] in
      while !Task.isCancelled {
        draw()
        try await time.sleep(for: Self.redraw)
      }
    }
    let isLate = state.withLock { state in
      state.drawing = drawing
      return state.isFinished
    }
    if isLate { drawing.cancel() }
  }

  func take(_ event: RunEvent) {
    state.withLock { state in
      // What is written under the lock stands in the order in which it happened.
      guard let line = state.board.take(event, now: now), !redraws, output.mode == .table, !state.isFinished else {
        return
      }
      let text = line.style.applied(to: VisibleText.line(line.text), colours: stream.hasColours)
      try? stream.write(text + "\n")
    }
  }

  /// Takes the lines away and says what came of each machine, once. What comes later is not shown.
  func finish() {
    let drawing: Task<Void, any Error>? = state.withLock { state in
      guard !state.isFinished else { return nil }
      state.isFinished = true
      guard redraws else { return nil }
      stream.setLiveLines([])
      try? stream.write(state.board.ending(now: now).render(colours: stream.hasColours))
      return state.drawing
    }
    drawing?.cancel()
  }

  private var stream: TerminalStream { output.messages }
  private var redraws: Bool { stream.canRedraw && output.mode != .quiet }
  private var now: Duration { time.moment() - start }

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
}
