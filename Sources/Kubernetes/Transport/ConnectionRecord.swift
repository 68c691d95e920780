import NIOCore
import Synchronization

/// Which connections of a pool stand or stood, so that it is known of a request that failed whether it can have left.
final class ConnectionRecord: Sendable {
  typealias Preparation = @Sendable (any Channel) -> EventLoopFuture<Void>

  private let state = Mutex((open: 0, made: 0))

  /// The same preparation of a connection that stands and over which nothing has been sent yet, noting it before.
  func noting(_ prepare: Preparation?) -> Preparation {
    { channel in
      self.note(channel)
      return prepare?(channel) ?? channel.eventLoop.makeSucceededVoidFuture()
    }
  }

  private func note(_ channel: any Channel) {
    state.withLock { state in
      state.open += 1
      state.made += 1
    }
    channel.closeFuture.whenComplete { _ in self.state.withLock { $0.open -= 1 } }
  }

  /// How many have stood so far; nil: one stands now.
  var madeIfNoneIsOpen: Int? { state.withLock { $0.open == 0 ? $0.made : nil } }

  /// Whether any stood at some time since.
  ///
  /// - Parameter mark: ``madeIfNoneIsOpen`` at that time.
  func stood(since mark: Int?) -> Bool { state.withLock { $0.made } != mark }
}
