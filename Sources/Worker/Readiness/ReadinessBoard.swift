import CoordinatorAPI
import MusterCore
import Synchronization

/// Where a worker's parts say how it stands with its coordinator, for its ready file.
public final class ReadinessBoard: Sendable {
  private struct State {
    var record: ReadinessRecord
    var isLeaving = false
  }

  /// The longest failure that is kept, in characters: what a peer answers is the peer's own choice.
  private static let longestFailure = 400

  private let state: Mutex<State>
  private let time: any Timekeeper
  /// Rings when something has changed.
  let bell = Bell()

  /// - Parameter process: the worker's own number.
  public init(process: Int32, time: any Timekeeper = SystemTime()) {
    self.time = time
    let now = time.timestamp()
    state = Mutex(
      State(record: ReadinessRecord(state: .connecting, since: now, process: process, heartbeat: now)))
  }

  /// How it stands now, with a heartbeat of now.
  public var record: ReadinessRecord {
    let now = time.timestamp()
    return state.withLock { state in
      var record = state.record
      record.heartbeat = now
      return record
    }
  }

  /// The worker's name is decided.
  public func called(_ name: String) { change { $0.record.worker = name } }

  /// A coordinator has welcomed the worker, or answers its calls.
  public func connected(to address: CoordinatorAddress, store: String? = nil) {
    change { state in
      state.record.coordinator = address.description
      state.record.store = store
      state.record.failure = nil
      move(&state, to: .connected)
    }
  }

  /// The coordinator has let the worker go and hands it nothing more, and it has not gone yet.
  ///
  /// - Parameter failure: why nobody takes it at the address; nil: somebody does, and it finishes first what it runs.
  public func moving(to address: CoordinatorAddress, failure: String?) {
    change { state in
      state.record.coordinator = address.description
      state.record.failure = failure.map(Self.line)
      move(&state, to: .moving)
    }
  }

  /// There is no connection.
  ///
  /// - Parameter reason: what was seen, in a piece of a sentence.
  public func lost(_ address: CoordinatorAddress?, reason: String) {
    change { state in
      if let address { state.record.coordinator = address.description }
      state.record.store = nil
      state.record.failure = Self.line(reason)
      move(&state, to: .connecting)
    }
  }

  /// The worker leaves. Nothing takes that back.
  public func draining() {
    change { state in
      state.isLeaving = true
      move(&state, to: .draining)
    }
  }

  private static func line(_ reason: String) -> String {
    let line = reason.split(whereSeparator: \.isNewline).joined(separator: " ")
    return line.count > longestFailure ? line.prefix(longestFailure) + "…" : line
  }

  private func move(_ state: inout State, to next: ReadinessRecord.State) {
    let next = state.isLeaving ? .draining : next
    if state.record.state == next { return }
    state.record.state = next
    state.record.since = time.timestamp()
  }

  private func change(_ body: (inout State) -> Void) {
    let hasChanged = state.withLock { state in
      let before = state.record
      body(&state)
      return state.record != before
    }
    if hasChanged { bell.ring() }
  }
}
