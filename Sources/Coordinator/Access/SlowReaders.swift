import GRPCCore
import MusterCore
import Synchronization

/// Cuts off those who do not read what they asked for.
///
/// A write waits until the peer has room for it, so nothing piles up; but a peer that never reads would hold what its stream
/// holds for ever.
final class SlowReaders: Sendable {
  private let watches = Mutex<[ObjectIdentifier: WriteWatch]>([:])
  let patience: Duration
  private let time: any Timekeeper
  private let refusals: RefusalCounts

  init(patience: Duration, time: any Timekeeper, refusals: RefusalCounts) {
    self.patience = patience
    self.time = time
    self.refusals = refusals
  }

  /// Runs `body` with a writer that is watched.
  func watching<Message: Sendable, Answer>(
    _ writer: RPCWriter<Message>, of caller: Caller, _ body: (WatchedWriter<Message>) async throws -> Answer
  ) async throws -> Answer {
    let watch = WriteWatch(caller)
    let key = ObjectIdentifier(watch)
    watches.withLock { $0[key] = watch }
    defer { watches.withLock { _ = $0.removeValue(forKey: key) } }
    return try await body(WatchedWriter(writer: writer, watch: watch, time: time))
  }

  /// To be called every second or so.
  func cut() {
    let now = time.moment()
    for watch in watches.withLock({ Array($0.values) }) {
      guard let since = watch.since, now - since > patience, let connection = watch.caller.connection else { continue }
      refusals.count(
        "slow_reader", "\(watch.caller.words) did not read what it asked for within \(Int(patience.seconds)) s",
        address: connection.address)
      connection.close()
    }
  }
}

/// Since when a write waits.
final class WriteWatch: Sendable {
  let caller: Caller
  private let waiting = Mutex<Moment?>(nil)

  init(_ caller: Caller) { self.caller = caller }

  var since: Moment? { waiting.withLock { $0 } }
  func set(_ since: Moment?) { waiting.withLock { $0 = since } }
}

/// Writes messages to a peer, under a watch.
struct WatchedWriter<Message: Sendable>: Sendable {
  let writer: RPCWriter<Message>
  let watch: WriteWatch
  let time: any Timekeeper

  func write(_ message: Message) async throws {
    watch.set(time.moment())
    defer { watch.set(nil) }
    try await writer.write(message)
  }
}
