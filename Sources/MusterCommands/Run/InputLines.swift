import CoordinatorAPI

/// The items of a batch: the lines of its inputs that the output does not hold yet.
struct InputLines: BatchSource {
  private var reader: LineReader
  private let name: BatchName
  private let recorded: RecordedLines
  private let tally: LineTally

  init(_ reader: LineReader, name: BatchName, recorded: RecordedLines, tally: LineTally = LineTally()) {
    self.reader = reader
    self.name = name
    self.recorded = recorded
    self.tally = tally
  }

  mutating func next(_ limit: Int) async throws -> [BatchItem]? {
    var items: [BatchItem] = []
    while true {
      while items.count < limit, let line = try reader.buffered() {
        if line.isEmpty { continue }
        let id = name.id(line: line.number, input: line.text)
        if isRecorded(line.number, id) { continue }
        items.append(BatchItem(line: line.number, id: id, input: line.text))
      }
      // What is there is handed in before more is waited for: inputs may come from a pipe as they arise.
      if !items.isEmpty { return items }
      try Task.checkCancellation()
      if try await !reader.fill() { return nil }
    }
  }

  private func isRecorded(_ line: UInt64, _ id: String) -> Bool {
    switch recorded.match(line: line, id: id) {
    case .none: return false
    case .done: tally.count { $0.done += 1 }
    case .unsuccessful: tally.count { $0.unsuccessful += 1 }
    case .changedDone:
      tally.count { $0.changedDone += 1 }
      return false
    case .changedUnsuccessful:
      tally.count { $0.changedUnsuccessful += 1 }
      return false
    }
    return true
  }

  /// How many items a regular file has; nil for a pipe, whose lines can be read once only.
  static func count(path: String) async throws -> Int? {
    guard path != "-", RegularFile.isOne(path) else { return nil }
    var reader = try LineReader(path: path)
    var count = 0
    repeat {
      while let line = try reader.buffered() { count += line.isEmpty ? 0 : 1 }
    } while try await reader.fill()
    return count
  }
}
