import Synchronization
import Terminal
import WorkerDeployment

/// Shows how it goes while somebody waits: on a terminal a line that changes, elsewhere a line for each change.
final class LiveReasons: Sendable {
  private let output: Output
  private let last = Mutex("")

  init(_ output: Output) { self.output = output }

  func show(_ situation: WorkersSituation, _ reasons: [Reason]) {
    let counts = WorkersStatus(situation).counts
    var text = "\(counts.ready) of \(counts.wanted) ready"
    if counts.pending > 0 { text += ", \(counts.pending) pending" }
    if counts.leaving > 0 { text += ", \(counts.leaving) leaving" }
    if let reason = reasons.first(where: { $0.cause != .smallNodes }) { text += ": \(reason.what)" }
    let isNew = last.withLock { last in
      defer { last = text }
      return last != text
    }
    guard isNew, output.mode == .table else { return }
    if output.messages.isTerminal { output.messages.setLiveLine(text) } else { output.note(text) }
  }

  func end() {
    if output.messages.isTerminal { output.messages.setLiveLine("") }
  }
}
