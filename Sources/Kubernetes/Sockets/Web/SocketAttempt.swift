import NIOCore
import Synchronization

/// One attempt to open a WebSocket, which ends when its time is over or its task is cancelled.
///
/// A name with several addresses is tried at all of them, so an attempt can have several connections; one is kept.
final class SocketAttempt: Sendable {
  private enum State { case running([any Channel], Scheduled<Void>?), ended, late, done }
  private let state = Mutex(State.running([], nil))

  func begin(_ channel: any Channel, _ patience: TimeAmount) {
    let isOver = state.withLock { state in
      guard case .running(let channels, let timer) = state else { return true }
      let running = timer ?? channel.eventLoop.scheduleTask(in: patience) { self.end(isLate: true) }
      state = .running(channels + [channel], running)
      return false
    }
    if isOver { channel.close(promise: nil) }
  }

  /// Keeps one connection and closes the others.
  ///
  /// - Returns: false when the attempt had ended before, and the connection with it.
  func succeed(_ winner: any Channel) -> Bool {
    let losers = state.withLock { state -> [any Channel]? in
      guard case .running(let channels, let timer) = state else { return nil }
      timer?.cancel()
      state = .done
      return channels.filter { $0 !== winner }
    }
    for channel in losers ?? [] { channel.close(promise: nil) }
    return losers != nil
  }

  /// Closes all connections, unless the attempt has succeeded. The first end counts.
  func end(isLate: Bool = false) {
    let channels = state.withLock { state -> [any Channel] in
      guard case .running(let channels, let timer) = state else { return [] }
      timer?.cancel()
      state = isLate ? .late : .ended
      return channels
    }
    for channel in channels { channel.close(promise: nil) }
  }

  var isLate: Bool {
    state.withLock { state in
      if case .late = state { true } else { false }
    }
  }
}
