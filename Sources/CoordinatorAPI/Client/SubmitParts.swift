/// Tasks cut into runs that each fit well into one message: at most 1,000 tasks, and 4 MiB unless one task alone is larger.
///
/// Small enough that a coordinator starts on the first while the rest still travels, large enough that its group commit
/// costs little a task.
public struct SubmitParts: Sequence, IteratorProtocol {
  public static let maxTasks = 1000
  public static let maxBytes = 4 << 20

  private var rest: ArraySlice<Muster_V1_TaskSpec>

  public init(_ tasks: [Muster_V1_TaskSpec]) { rest = tasks[...] }

  public mutating func next() -> ArraySlice<Muster_V1_TaskSpec>? {
    if rest.isEmpty { return nil }
    var bytes = 0
    var end = rest.startIndex
    while end < rest.endIndex, end - rest.startIndex < SubmitParts.maxTasks {
      bytes += rest[end].estimatedBytes
      if bytes > SubmitParts.maxBytes, end > rest.startIndex { break }
      end += 1
    }
    defer { rest = rest[end...] }
    return rest[..<end]
  }
}

extension Muster_V1_TaskSpec {
  /// About as many bytes as it takes on the wire, without encoding it.
  var estimatedBytes: Int {
    var bytes = input.count + id.utf8.count + kind.utf8.count + 64
    for (key, value) in labels { bytes += key.utf8.count + value.utf8.count + 8 }
    for id in dependsOn { bytes += id.utf8.count + 2 }
    return bytes
  }
}
