import Synchronization

/// Shows on standard error how far a batch is.
///
/// On a terminal one line is redrawn in place, at most ten times a second. Elsewhere a plain line is written after every
/// ten seconds and every ten percent, at most one a second. ``finish()`` always writes a last line. In quiet mode nothing
/// is shown, nor in JSON mode without a terminal, where standard error is for programs.
///
/// It has no thread: call ``update(_:)`` on every change and ``tick()`` about once a second, so that the last change of a
/// burst and the waiting time are shown too.
public final class ProgressBar: Sendable {
  private struct State {
    var progress = ProgressState()
    var shownAt: Duration?
    var shownTenth = 0
    var isFinished = false
  }
  private let state = Mutex(State())
  private let stream: TerminalStream
  private let isShown: Bool
  private let now: @Sendable () -> Duration

  private static let redraw: Duration = .milliseconds(100)
  private static let plainPause: Duration = .seconds(1)
  private static let plainInterval: Duration = .seconds(10)

  /// - Parameter now: time since some start; never goes back.
  public init(_ output: Output, now: @escaping @Sendable () -> Duration) {
    stream = output.messages
    isShown = output.mode == .table || (output.mode == .json && stream.isTerminal)
    self.now = now
  }

  /// Takes the new counts, and shows them if it is time to.
  public func update(_ counts: ProgressCounts) {
    show { state, now in state.progress.observe(counts, now: now) }
  }

  /// Shows the present counts anew if it is time to.
  public func tick() {
    show { state, now in
      guard state.shownAt != nil else { return }
      state.progress.observe(state.progress.counts, now: now)
    }
  }

  /// Takes the live line away and writes the last line, once. What comes later is not shown.
  public func finish() {
    let now = now()
    let last: String? = state.withLock { state in
      guard !state.isFinished else { return nil }
      state.isFinished = true
      return ProgressLine.final(state.progress, now: now, colours: stream.hasColours)
    }
    guard isShown, let last else { return }
    stream.setLiveLine("")
    try? stream.write(last + "\n")
  }

  private func show(_ change: (inout State, Duration) -> Void) {
    let now = now()
    // Drawn under the lock: of two updates at once the later must not be overwritten by the earlier.
    state.withLock { state in
      guard !state.isFinished else { return }
      change(&state, now)
      guard isShown, isDue(state, now) else { return }
      state.shownAt = now
      state.shownTenth = (state.progress.percent ?? 0) / 10
      if stream.isTerminal {
        // The last column stays free: many terminals wrap as soon as it is filled.
        let width = max((stream.width ?? 80) - 1, 1)
        stream.setLiveLine(ProgressLine.live(state.progress, width: width, now: now, colours: stream.hasColours))
      } else {
        try? stream.write(ProgressLine.plain(state.progress, now: now) + "\n")
      }
    }
  }

  private func isDue(_ state: State, _ now: Duration) -> Bool {
    guard let shownAt = state.shownAt else { return true }
    let pause = now - shownAt
    if stream.isTerminal { return pause >= Self.redraw }
    // The last line says that all is finished.
    if state.progress.percent == 100 { return false }
    if pause >= Self.plainInterval { return true }
    return pause >= Self.plainPause && (state.progress.percent ?? 0) / 10 > state.shownTenth
  }
}
