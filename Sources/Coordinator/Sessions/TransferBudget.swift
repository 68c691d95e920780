import MusterCore
import Synchronization

/// Bounds the bytes of large results that are on their way in, over all workers of a coordinator.
///
/// Who finds no room waits for some, and with it its worker, whose frames are not read meanwhile. Two that wait for each
/// other's room would wait for ever, so the wait is bounded: then the stream is cut, what it brought so far is dropped, and
/// the worker, which keeps its results until they are answered, sends them again.
final class TransferBudget: Sendable {
  static let patience: Duration = .seconds(5)

  private let limit: Int
  private let used = Mutex(0)

  /// - Parameter limit: bytes.
  init(limit: Int) { self.limit = limit }

  /// Takes room if there is some.
  func take(_ bytes: Int) -> Bool {
    used.withLock { used in
      // One result alone is let in whatever the limit, or it could never be delivered.
      guard used == 0 || used + bytes <= limit else { return false }
      used += bytes
      return true
    }
  }

  func giveBack(_ bytes: Int) { used.withLock { $0 -= bytes } }

  var inUse: Int { used.withLock { $0 } }
}
