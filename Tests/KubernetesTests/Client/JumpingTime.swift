import MusterCore
import Synchronization

@testable import Kubernetes

/// A clock that jumps to the end of every short wait, so that pauses cost a test nothing, and lets long waits (those that
/// watch over something) wait until they are cancelled. It remembers the pauses.
final class JumpingTime: Timekeeper {
  private struct State {
    var now = Moment(nanoseconds: 0)
    var pauses: [Duration] = []
  }

  private let state = Mutex(State())
  private let longest: Duration

  /// - Parameter longest: the longest wait that is jumped over.
  init(over longest: Duration = .seconds(20)) { self.longest = longest }

  var pauses: [Duration] { state.withLock { $0.pauses } }

  func advance(by duration: Duration) { state.withLock { $0.now = $0.now + duration } }

  func moment() -> Moment { state.withLock { $0.now } }
  func timestamp() -> Timestamp { Timestamp(milliseconds: 1_700_000_000_000) + (moment() - Moment(nanoseconds: 0)) }

  func sleep(until deadline: Moment) async throws {
    try Task.checkCancellation()
    let isJump = state.withLock { state in
      let pause = deadline - state.now
      // Watches over the reading of a refusal, which is there already.
      guard pause <= longest, pause != Refusal.patience else { return false }
      if pause > .zero {
        state.pauses.append(pause)
        state.now = deadline
      }
      return true
    }
    if isJump {
      await Task.yield()
      return try Task.checkCancellation()
    }
    let bell = Bell()
    while !Task.isCancelled { await bell.wait() }
    throw CancellationError()
  }
}
