import Synchronization
import TaskModel

@testable import TaskStore

/// Everything that a store signalled, in order.
final class SignalLog: Sendable {
  private let all = Mutex<[StoreSignal]>([])

  func append(_ signal: StoreSignal) { all.withLock { $0.append(signal) } }

  func taken() -> [StoreSignal] {
    all.withLock { signals in
      defer { signals = [] }
      return signals
    }
  }
}
