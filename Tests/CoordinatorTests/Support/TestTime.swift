import MusterCore
import Synchronization

/// A clock that a test moves, in steps small enough that whoever works by the clock keeps up with it.
///
/// What the coordinator does every 100 ms is part of what is tested (a leap over it would count as an outage of the
/// coordinator itself), so each step waits until the clockwork sleeps again.
final class TestTime: Timekeeper {
  private struct Sleeper {
    let deadline: Moment
    let continuation: CheckedContinuation<Void, any Error>
  }
  private struct State {
    var now = Moment(nanoseconds: 0)
    var sleepers: [UInt64: Sleeper] = [:]
    var nextSleeper: UInt64 = 0
    var clockworks = 1
  }
  private let state = Mutex(State())

  /// How many loops go on that sleep for at most 100 ms at a time: as many must sleep before the next step.
  var clockworks: Int {
    get { state.withLock { $0.clockworks } }
    set { state.withLock { $0.clockworks = newValue } }
  }

  func moment() -> Moment { state.withLock { $0.now } }
  func timestamp() -> Timestamp { Timestamp(milliseconds: 1_700_000_000_000) + (moment() - Moment(nanoseconds: 0)) }

  func sleep(until deadline: Moment) async throws {
    let key = state.withLock { state in
      state.nextSleeper += 1
      return state.nextSleeper
    }
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let wakesNow = state.withLock { state in
          if deadline <= state.now || Task.isCancelled { return true }
          state.sleepers[key] = Sleeper(deadline: deadline, continuation: continuation)
          return false
        }
        if wakesNow { continuation.resume() }
      }
      try Task.checkCancellation()
    } onCancel: {
      state.withLock { $0.sleepers.removeValue(forKey: key) }?.continuation.resume(throwing: CancellationError())
    }
  }

  /// Whether every clockwork sleeps for at most `duration` from now.
  func hasSleepers(within duration: Duration) -> Bool {
    state.withLock { state in
      state.sleepers.values.count { $0.deadline <= state.now + duration } >= state.clockworks
    }
  }

  func step(_ duration: Duration) {
    let due = state.withLock { state in
      state.now = state.now + duration
      let now = state.now
      let due = state.sleepers.filter { $0.value.deadline <= now }
      for key in due.keys { state.sleepers[key] = nil }
      return due.values.sorted { $0.deadline < $1.deadline }
    }
    for sleeper in due { sleeper.continuation.resume() }
  }

  /// Lets `duration` pass; the coordinator's clockwork keeps its pace.
  func pass(_ duration: Duration, while condition: () async throws -> Bool = { true }) async throws {
    let end = moment() + duration
    // Half a heartbeat of the tests at most: a longer gap would be an outage.
    let pace: Duration = duration > .seconds(60) ? .milliseconds(500) : .milliseconds(100)
    while moment() < end, try await condition() {
      try await eventually("the clockwork sleeps") { self.hasSleepers(within: .milliseconds(100)) }
      step(pace)
    }
    try await eventually("the clockwork sleeps") { self.hasSleepers(within: .milliseconds(100)) }
  }
}

/// What a test waited for did not come about.
struct NeverHappened: Error, CustomStringConvertible {
  let description: String
}

/// Looks again until `condition` holds, at most 20 s.
func eventually(_ what: String, _ condition: () async throws -> Bool) async throws {
  for _ in 0..<20_000 {
    if try await condition() { return }
    try await Task.sleep(for: .milliseconds(1))
  }
  throw NeverHappened(description: "this never happened: \(what)")
}
