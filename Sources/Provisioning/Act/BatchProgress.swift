import Synchronization

/// Follows a batch by what its script writes.
final class BatchProgress: Sendable {
  enum Step: Sendable, Equatable {
    case begins
    /// The action at this place of the batch.
    case done(Int)
  }

  private struct State {
    var pending: [UInt8] = []
    var next: Int?
  }

  private let state = Mutex(State())
  private let count: Int
  private let told: @Sendable (Step) -> Void

  /// - Parameters:
  ///   - count: the actions of the batch.
  ///   - told: is told of each step once, in order, as soon as it is heard of.
  init(count: Int, told: @escaping @Sendable (Step) -> Void) {
    self.count = count
    self.told = told
  }

  /// The actions that are done.
  var done: Int { state.withLock { $0.next ?? 0 } }
  /// Whether the script came as far as the first action.
  var hasBegun: Bool { state.withLock { $0.next != nil } }

  /// Takes what the script has written. Other lines than its own, as programs write them, mean nothing.
  func hear(_ bytes: [UInt8]) {
    let steps = state.withLock { state -> [Step] in
      state.pending += bytes
      var steps: [Step] = []
      while let end = state.pending.firstIndex(of: 0x0A) {
        let line = String(decoding: state.pending[..<end], as: UTF8.self)
        state.pending.removeSubrange(...end)
        if line == ActionBatch.begins, state.next == nil {
          state.next = 0
          steps.append(.begins)
        } else if let next = state.next, next < count, line == "\(ActionBatch.done) \(next)" {
          state.next = next + 1
          steps.append(.done(next))
        }
      }
      return steps
    }
    for step in steps { told(step) }
  }
}
