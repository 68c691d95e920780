import CoordinatorAPI
import MusterCore
import Synchronization
import Terminal

/// Shows a batch on a progress bar, with what earlier runs did counted in.
final class BatchProgressBar: Sendable {
  private struct State {
    var counts = ProgressCounts()
    var isShown = false
  }
  private let bar: ProgressBar
  private let recorded: RecordedLines
  private let tally: LineTally
  private let total: Int?
  private let state = Mutex(State())
  private let clock: Clock

  init(_ output: Output, recorded: RecordedLines, tally: LineTally, total: Int?, time: any Timekeeper) {
    self.recorded = recorded
    self.tally = tally
    self.total = total
    let clock = Clock(time)
    self.clock = clock
    bar = ProgressBar(output) { clock.now }
  }

  /// What was shown last.
  var counts: ProgressCounts { state.withLock { $0.counts } }

  func update(_ progress: BatchProgress) {
    let counts = counts(of: progress)
    let isFirst = state.withLock { state in
      state.counts = counts
      defer { state.isShown = true }
      return !state.isShown
    }
    if isFirst {
      // The batch began before there was anything to show: its rate and its time count from then.
      bar.update(ProgressCounts(done: recorded.done, failed: recorded.unsuccessful, total: total))
      clock.run()
    }
    bar.update(counts)
  }

  /// Takes the bar away, with a last line if it was ever there.
  func stop(_ progress: BatchProgress) {
    if state.withLock({ $0.isShown }) { finish(progress) }
  }

  /// Shows the last line.
  func finish(_ progress: BatchProgress) {
    update(progress)
    bar.finish()
  }

  private func counts(of progress: BatchProgress) -> ProgressCounts {
    let passed = tally.counts
    var counts = ProgressCounts()
    // What is recorded counts from the start, so that the rate is that of this run; once all inputs are read it is known
    // which of it they still hold.
    let earlier =
      progress.isRead
      ? (passed.done, passed.unsuccessful)
      : (recorded.done - passed.changedDone, recorded.unsuccessful - passed.changedUnsuccessful)
    counts.done = earlier.0 + progress.done
    counts.failed = earlier.1 + progress.unsuccessful
    counts.running = progress.running
    // A pipe's total is known once it has been read.
    counts.total = total ?? (progress.isRead ? counts.finished + progress.accepted + progress.waiting : nil)
    return counts
  }

  /// Time since the batch began; stands at 0 until it is told to run.
  private final class Clock: Sendable {
    private let time: any Timekeeper
    private let start: Moment
    private let isRunning = Mutex(false)

    init(_ time: any Timekeeper) {
      self.time = time
      start = time.moment()
    }

    func run() { isRunning.withLock { $0 = true } }
    var now: Duration { isRunning.withLock { $0 } ? time.moment() - start : .zero }
  }
}
