import CoordinatorAPI

/// What an output file holds from earlier runs of the batch.
struct RecordedLines: Sendable, Equatable {
  /// The beginning of the id in 64 bits, by line: enough to tell whether a line's input has changed, and small enough for
  /// millions of lines.
  private var finals: [UInt64: UInt64] = [:]
  private(set) var done = 0
  private(set) var unsuccessful = 0

  init() {}

  /// - Parameter retries: an end other than done is not final.
  mutating func add(_ line: ResultLine.Head, retries: Bool) {
    guard line.state.isFinal, line.state == .done || !retries else { return }
    guard finals.updateValue(RecordedLines.mark(line.id), forKey: line.line) == nil else { return }
    if line.state == .done { done += 1 } else { unsuccessful += 1 }
  }

  func isFinal(line: UInt64, id: String) -> Bool { finals[line] == RecordedLines.mark(id) }

  var count: Int { finals.count }

  private static func mark(_ id: String) -> UInt64 {
    // Ids of batches are `run-` and hexadecimal digits.
    UInt64(id.dropFirst(4).prefix(16), radix: 16) ?? 0
  }
}
