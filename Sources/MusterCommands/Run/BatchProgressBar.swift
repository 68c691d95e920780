import CoordinatorAPI
import MusterCore
import Synchronization
import Terminal

/// Shows a batch on a progress bar, with what earlier runs did counted in.
final class BatchProgressBar: Sendable {
  private let bar: ProgressBar
  private let recorded: RecordedLines
  private let total: Int?
  private let latest = Mutex(ProgressCounts())

  init(_ output: Output, recorded: RecordedLines, total: Int?, time: any Timekeeper) {
    self.recorded = recorded
    self.total = total
    let start = time.moment()
    bar = ProgressBar(output) { time.moment() - start }
  }

  /// What was shown last.
  var counts: ProgressCounts { latest.withLock { $0 } }

  func update(_ progress: BatchProgress) {
    var counts = ProgressCounts()
    counts.done = recorded.done + progress.done
    counts.failed = recorded.unsuccessful + progress.unsuccessful
    counts.running = progress.running
    // A pipe's total is known once it has been read.
    counts.total = total ?? (progress.isRead ? counts.finished + progress.accepted + progress.waiting : nil)
    latest.withLock { $0 = counts }
    bar.update(counts)
  }

  func finish(_ progress: BatchProgress) {
    update(progress)
    bar.finish()
  }
}
