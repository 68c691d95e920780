import CoordinatorAPI

/// What an output file holds from earlier runs of the batch.
struct RecordedLines: Sendable {
  private struct End {
    /// The beginning of the id in 64 bits: enough to tell whether a line's input has changed, and small enough for
    /// millions of lines.
    var mark: UInt64
    var isDone: Bool
  }
  private var ends: [UInt64: End] = [:]
  private(set) var done = 0

  init() {}

  /// Takes one line of the file. A later line of the same number replaces an earlier one.
  /// - Parameter retries: an end other than done is not final.
  mutating func add(_ line: ResultLine.Head, retries: Bool) {
    let isDone = line.state == .done
    let isFinal = line.state.isFinal && (isDone || !retries)
    let end = isFinal ? End(mark: RecordedLines.mark(line.id), isDone: isDone) : nil
    let replaced = ends[line.line]
    ends[line.line] = end
    if replaced?.isDone == true { done -= 1 }
    if end?.isDone == true { done += 1 }
  }

  enum Match { case none, done, unsuccessful, changedDone, changedUnsuccessful }

  /// What the file holds of a line whose task has this id.
  func match(line: UInt64, id: String) -> Match {
    guard let end = ends[line] else { return .none }
    if end.mark == RecordedLines.mark(id) { return end.isDone ? .done : .unsuccessful }
    return end.isDone ? .changedDone : .changedUnsuccessful
  }

  var count: Int { ends.count }
  /// Failed or cancelled.
  var unsuccessful: Int { ends.count - done }

  private static func mark(_ id: String) -> UInt64 {
    // Ids of batches are `run-` and hexadecimal digits.
    UInt64(id.dropFirst(4).prefix(16), radix: 16) ?? 0
  }
}
