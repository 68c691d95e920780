import CoordinatorAPI
import MusterCore
import Synchronization
import Terminal

/// Shows a batch on a progress bar, with what earlier runs did counted in.
final class BatchProgressBar: Sendable {
  private let bar: ProgressBar
  private let recorded: RecordedLines
  private let tally: LineTally
  private let total: Int?
  private let latest = Mutex(ProgressCounts())

  init(_ output: Output, recorded: RecordedLines, tally: LineTally, total: Int?, time: any Timekeeper) {
    self.recorded = recorded
    self.tally = tally
    self.total = total
    let start = time.moment()
    bar = ProgressBar(output) { time.moment() - start }
  }

  /// What was shown last.
  var counts: ProgressCounts { latest.withLock { $0 } }

  func update(_ progress: BatchProgress) {
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
    latest.withLock { $0 = counts }
    bar.update(counts)
  }

  /// Takes the bar away, with a last line if it was ever there.
  func stop(_ progress: BatchProgress) {
    let wasShown = latest.withLock { $0 != ProgressCounts() }
    if wasShown { finish(progress) }
  }

  func finish(_ progress: BatchProgress) {
    update(progress)
    bar.finish()
  }
}
