import NIOCore
import Synchronization

#if os(Linux)
  import Glibc
#endif

/// One connection of a client through a ``FaultyRelay``, and the one to the server that belongs to it.
final class RelayLink: Sendable {
  typealias Bytes = NIOAsyncChannelInboundStream<ByteBuffer>

  private let client: any Channel
  private let server: any Channel
  private let plan: Mutex<RelayPlan>

  init(client: any Channel, server: any Channel, _ fault: RelayFault?) {
    self.client = client
    self.server = server
    plan = Mutex(RelayPlan(fault))
  }

  /// Does this from now on.
  func harm(_ fault: RelayFault) {
    plan.withLock { $0 = RelayPlan(fault) }
    // Not only when something is said next.
    if case .cut(after: 0) = fault { reset() }
  }

  /// Returns when either side has ended.
  func run(_ fromClient: Bytes, _ fromServer: Bytes) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      defer { group.cancelAll() }
      group.addTask { try await self.pass(fromClient, to: self.server, isAnswer: false) }
      group.addTask { try await self.pass(fromServer, to: self.client, isAnswer: true) }
      try await group.next()
    }
  }

  private func pass(_ bytes: Bytes, to other: any Channel, isAnswer: Bool) async throws {
    for try await var rest in bytes {
      while rest.readableBytes > 0 {
        let count = rest.readableBytes
        let step = plan.withLock { $0.next(count, isAnswer: isAnswer) }
        if step.pause > .zero { try await Task.sleep(for: step.pause) }
        if step.count > 0, let piece = rest.readSlice(length: step.count) { try await other.writeAndFlush(piece).get() }
        switch step.end {
        case nil: continue
        case .reset: return reset()
        case .stall: try await Task.sleep(for: .seconds(3600))
        }
      }
    }
  }

  /// Closes both so that the other side is told by a reset, not by an end.
  private func reset() {
    for channel in [client, server] {
      let isSet = (channel as? any SocketOptionProvider)?.setSoLinger(linger(l_onoff: 1, l_linger: 0))
      (isSet ?? channel.eventLoop.makeSucceededVoidFuture()).whenComplete { _ in channel.close(promise: nil) }
    }
  }
}
