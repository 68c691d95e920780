import DequeModule
import MusterCore
import Synchronization

/// Passes elements from one task to another. Who gives waits while the other is behind, so that memory stays bounded.
final class Handoff<Element: Sendable>: Sendable {
  private struct State {
    var elements = Deque<Element>()
    /// Set when nothing more comes.
    var end: Result<Void, any Error>?
  }

  private let capacity: Int
  private let state = Mutex(State())
  private let arrival = Bell()
  private let room = Bell()

  init(capacity: Int) { self.capacity = max(capacity, 1) }

  /// Returns when there is room and the element has been put there.
  ///
  /// - Throws: `CancellationError`, also when nobody takes any more.
  func give(_ element: Element) async throws {
    while true {
      try Task.checkCancellation()
      let isPlaced = try state.withLock { state in
        if state.end != nil { throw CancellationError() }
        guard state.elements.count < capacity else { return false }
        state.elements.append(element)
        return true
      }
      if isPlaced { return arrival.ring() }
      await room.wait()
    }
  }

  /// The next element; nil at the end.
  func take() async throws -> Element? {
    while true {
      try Task.checkCancellation()
      let (element, end) = state.withLock { ($0.elements.popFirst(), $0.end) }
      if let element {
        room.ring()
        return element
      }
      if let end {
        try end.get()
        return nil
      }
      await arrival.wait()
    }
  }

  /// Nothing more comes after what is there.
  func finish(_ end: Result<Void, any Error>) {
    state.withLock { state in if state.end == nil { state.end = end } }
    arrival.ring()
    room.ring()
  }
}
