import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A wall-clock time: milliseconds since 1970-01-01T00:00:00Z. For people, files and deadlines; never for leases.
public struct Timestamp: Sendable, Hashable, Comparable, Codable {
  public var milliseconds: Int64

  public init(milliseconds: Int64) { self.milliseconds = milliseconds }

  public static func < (a: Timestamp, b: Timestamp) -> Bool { a.milliseconds < b.milliseconds }
  public static func + (a: Timestamp, b: Duration) -> Timestamp {
    Timestamp(milliseconds: a.milliseconds + b.wholeMilliseconds)
  }
  public static func - (a: Timestamp, b: Timestamp) -> Duration { .milliseconds(a.milliseconds - b.milliseconds) }
}

/// A point on a clock that never goes back or jumps: nanoseconds since some start of this process's machine.
public struct Moment: Sendable, Hashable, Comparable {
  public var nanoseconds: Int64

  public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

  public static func < (a: Moment, b: Moment) -> Bool { a.nanoseconds < b.nanoseconds }
  public static func + (a: Moment, b: Duration) -> Moment {
    Moment(nanoseconds: a.nanoseconds + b.wholeNanoseconds)
  }
  public static func - (a: Moment, b: Moment) -> Duration { .nanoseconds(a.nanoseconds - b.nanoseconds) }
}

extension Duration {
  /// Rounded towards zero; saturates instead of trapping.
  public var wholeNanoseconds: Int64 {
    let (seconds, attoseconds) = components
    let (scaled, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    if overflow { return seconds < 0 ? .min : .max }
    let (sum, overflowed) = scaled.addingReportingOverflow(attoseconds / 1_000_000_000)
    return overflowed ? (seconds < 0 ? .min : .max) : sum
  }

  /// Rounded towards zero; saturates instead of trapping.
  public var wholeMilliseconds: Int64 {
    let (seconds, attoseconds) = components
    let (scaled, overflow) = seconds.multipliedReportingOverflow(by: 1000)
    if overflow { return seconds < 0 ? .min : .max }
    let (sum, overflowed) = scaled.addingReportingOverflow(attoseconds / 1_000_000_000_000_000)
    return overflowed ? (seconds < 0 ? .min : .max) : sum
  }

  /// For display and statistics.
  public var seconds: Double {
    let (seconds, attoseconds) = components
    return Double(seconds) + Double(attoseconds) / 1e18
  }
}

/// Where time comes from. Everything that waits or expires takes one, so that a test can own the time.
public protocol Timekeeper: Sendable {
  /// For leases, heartbeats, backoff: never jumps.
  func moment() -> Moment
  /// For people, records and deadlines.
  func timestamp() -> Timestamp
  /// Returns at `deadline` or later; throws `CancellationError` when the task is cancelled.
  func sleep(until deadline: Moment) async throws
}

extension Timekeeper {
  public func sleep(for duration: Duration) async throws { try await sleep(until: moment() + duration) }
}

/// The machine's own clocks: CLOCK_MONOTONIC and CLOCK_REALTIME.
public struct SystemTime: Timekeeper {
  public init() {}

  public func moment() -> Moment {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Moment(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
  }

  public func timestamp() -> Timestamp {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Timestamp(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
  }

  public func sleep(until deadline: Moment) async throws {
    let left = deadline - moment()
    if left > .zero { try await Task.sleep(for: left) }
  }
}

/// A clock that a test moves by hand. Sleepers wake, in order of their deadlines, when ``advance(by:)`` reaches them.
public final class ManualTime: Timekeeper {
  private struct State {
    var now = Moment(nanoseconds: 0)
    var sleepers: [UInt64: (deadline: Moment, continuation: CheckedContinuation<Void, any Error>)] = [:]
    var nextSleeper: UInt64 = 0
  }
  private let state = Mutex(State())
  private let epoch: Timestamp

  /// - Parameter epoch: what ``timestamp()`` says before the first advance.
  public init(epoch: Timestamp = Timestamp(milliseconds: 1_700_000_000_000)) { self.epoch = epoch }

  public func moment() -> Moment { state.withLock { $0.now } }
  public func timestamp() -> Timestamp { epoch + (moment() - Moment(nanoseconds: 0)) }

  /// How many tasks are asleep now: a test waits for this before it advances.
  public var sleeperCount: Int { state.withLock { $0.sleepers.count } }

  public func advance(by duration: Duration) {
    let due = state.withLock { state in
      state.now = state.now + duration
      let now = state.now
      let due = state.sleepers.filter { $0.value.deadline <= now }
      for key in due.keys { state.sleepers[key] = nil }
      return due.values.sorted { $0.deadline < $1.deadline }
    }
    for sleeper in due { sleeper.continuation.resume() }
  }

  public func sleep(until deadline: Moment) async throws {
    let key = state.withLock { state in
      state.nextSleeper += 1
      return state.nextSleeper
    }
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let wakeNow = state.withLock { state in
          if deadline <= state.now || Task.isCancelled { return true }
          state.sleepers[key] = (deadline, continuation)
          return false
        }
        if wakeNow { continuation.resume() }
      }
      try Task.checkCancellation()
    } onCancel: {
      let sleeper = state.withLock { $0.sleepers.removeValue(forKey: key) }
      sleeper?.continuation.resume(throwing: CancellationError())
    }
  }
}
