import MusterCore
import NIOCore

/// The body of a watch's answer: events as they happen. Holds no events of its own; it reads the cluster's log.
struct FakeWatchBody: AsyncSequence, Sendable {
  typealias Element = ByteBuffer
  let cluster: FakeCluster
  let watch: FakeWatch

  func makeAsyncIterator() -> AsyncIterator { AsyncIterator(cluster: cluster, watch: watch) }

  struct AsyncIterator: AsyncIteratorProtocol {
    let cluster: FakeCluster
    var watch: FakeWatch

    mutating func next() async throws -> ByteBuffer? {
      while true {
        try Task.checkCancellation()
        switch try cluster.step(&watch) {
        case .tell(let bytes): return ByteBuffer(bytes: bytes)
        case .end: return nil
        case .wait: await cluster.waitForNews(watch)
        }
      }
    }
  }
}

extension FakeCluster {
  func step(_ watch: inout FakeWatch) throws -> FakeWatch.Step {
    try state.withLock { state in
      if watch.epoch < state.server.watchEpoch, !watch.hasEnded {
        switch state.breaks[watch.epoch] {
        case .closed: return .end
        case .broken: throw KubernetesError(.unreachable, "the connection to the fake cluster was broken by its test")
        case .stalled: return .wait
        case .expired:
          watch.hasEnded = true
          return .tell(FakeWatch.line("ERROR", FakeStatus.json(FakeWatch.tooOld(watch.version, state.server.version))))
        }
      }
      let step = watch.step(state.server, time.moment())
      guard case .wait = step, watch.wantsBookmarks else { return step }
      let due = state.bookmarks.last { $0.epoch > watch.bookmarks }
      guard let due else { return step }
      watch.bookmarks = due.epoch
      return .tell(watch.bookmark(Swift.max(due.version, watch.version)))
    }
  }

  /// Returns when something happened, at the watch's deadline, or when the task is cancelled.
  func waitForNews(_ watch: FakeWatch) async {
    // A stalled watch does not end at its deadline either; to wait for that would be to wait for nothing, again and again.
    let isStalled = state.withLock { $0.isStalled(watch) }
    guard !isStalled, let deadline = watch.deadline else { return await waitForNews(after: watch) }
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await self.waitForNews(after: watch) }
      group.addTask { try? await self.time.sleep(until: deadline) }
      await group.next()
      group.cancelAll()
    }
  }

  private func waitForNews(after watch: FakeWatch) async {
    let id = state.withLock { state in
      state.nextWaiter += 1
      return state.nextWaiter
    }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isNews = state.withLock { state in
          let isStalled = state.isStalled(watch)
          let isBroken = watch.epoch < state.server.watchEpoch && !isStalled
          if Task.isCancelled || isBroken || (!isStalled && state.server.log.end != watch.position) { return true }
          if !isStalled, watch.wantsBookmarks, state.bookmarks.last.map({ $0.epoch > watch.bookmarks }) ?? false {
            return true
          }
          state.waiters[id] = continuation
          return false
        }
        if isNews { continuation.resume() }
      }
    } onCancel: {
      state.withLock { $0.waiters.removeValue(forKey: id) }?.resume()
    }
  }
}

extension FakeCluster.State {
  /// Whether nothing comes to a watch any more.
  fileprivate func isStalled(_ watch: FakeWatch) -> Bool {
    guard watch.epoch < server.watchEpoch, !watch.hasEnded, case .stalled = breaks[watch.epoch] else { return false }
    return true
  }
}
