import TaskModel

/// What a store holds: counts, and a checksum over everything.
public struct TransferTally: Sendable, Hashable {
  /// Tasks of one kind in one state.
  public struct Count: Sendable, Hashable {
    public let kind: String
    public let state: TaskState
    public let count: Int
  }

  /// By kind and state.
  public let counts: [Count]
  public let tasks: Int
  /// Results that wait for the verifier.
  public let unverified: Int
  /// Ended attempts that are remembered.
  public let attempts: Int
  public let dependencies: Int
  public let logPieces: Int
  /// Inputs, results and logs.
  public let bytes: Int64
  /// SHA-256 in hexadecimal.
  public let checksum: String
}

/// Adds up a store's rows as they come.
struct TransferTallier {
  private struct Sort: Hashable {
    let kind: String
    let state: TaskState
  }
  private var counts: [Sort: Int] = [:]
  private var rows = [Int](repeating: 0, count: TransferPart.allCases.count)
  private var bytes: Int64 = 0
  private var digest = TransferDigest()

  mutating func begin(_ part: TransferPart) { digest.add(Int64(part.rawValue)) }

  mutating func add(_ row: TransferRow, of part: TransferPart) {
    rows[part.rawValue] += 1
    bytes += Int64(row.size)
    if case .task(let task) = row { counts[Sort(kind: task.kind, state: task.state), default: 0] += 1 }
    row.add(to: &digest)
  }

  mutating func finish() -> TransferTally {
    let sorted = counts.map { TransferTally.Count(kind: $0.key.kind, state: $0.key.state, count: $0.value) }
      .sorted { ($0.kind, $0.state.rawValue) < ($1.kind, $1.state.rawValue) }
    func number(_ part: TransferPart) -> Int { rows[part.rawValue] }
    return TransferTally(
      counts: sorted, tasks: number(.task), unverified: number(.verification), attempts: number(.attempt),
      dependencies: number(.dependency), logPieces: number(.log), bytes: bytes, checksum: digest.finish())
  }
}
