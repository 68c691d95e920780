/// Where a task stands. The raw values are stored: never renumber.
public enum TaskState: UInt8, Sendable, Hashable, CaseIterable, Codable {
  /// Held back by other tasks, or by a backoff after a failed attempt.
  case waiting = 0
  /// Ready: the next worker that fits may have it.
  case queued = 1
  /// Handed to a worker; its attempt is current.
  case running = 2
  /// An unverified result is stored; the verifier has not judged it yet.
  case verifying = 3
  case done = 4
  case failed = 5
  case cancelled = 6

  /// Final states never change, whatever arrives later (except that `retry` starts a failed or cancelled task anew).
  public var isFinal: Bool { rawValue >= TaskState.done.rawValue }

  public var name: String {
    switch self {
    case .waiting: "waiting"
    case .queued: "queued"
    case .running: "running"
    case .verifying: "verifying"
    case .done: "done"
    case .failed: "failed"
    case .cancelled: "cancelled"
    }
  }

  public init?(name: String) {
    guard let state = TaskState.allCases.first(where: { $0.name == name }) else { return nil }
    self = state
  }
}
