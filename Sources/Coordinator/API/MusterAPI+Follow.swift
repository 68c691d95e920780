import CoordinatorAPI
import Foundation
import GRPCCore
import MusterCore
import Synchronization
import TaskModel
import TaskStore

extension MusterAPI {
  func followTasks(
    request: RPCAsyncSequence<Muster_V1_FollowTasksRequest, any Error>,
    response: RPCWriter<Muster_V1_FollowTasksResponse>, context: ServerContext
  ) async throws {
    let follower = Follower()
    let feed = FollowFeed()
    defer { self.context.followers.forget(follower) }
    try await withThrowingTaskGroup(of: Bool.self) { group in
      group.addTask {
        for try await message in request {
          // A call may last for days: who makes it is looked at anew with each message.
          try self.context.office?.guardian.check(context.caller, at: self.context.time.timestamp())
          if message.withResults { feed.change { $0.withResults = true } }
          if !message.submit.isEmpty { try await self.submitAndFollow(message.submit, follower, feed, context.caller) }
          if !message.follow.isEmpty { try await self.follow(message.follow, follower, feed, context.caller) }
        }
        feed.change { $0.requestsEnded = true }
        follower.bell.ring()
        return false
      }
      group.addTask {
        try await self.context.slowReaders.watching(response, of: context.caller) {
          try await self.tell(follower, feed, $0)
        }
        return true
      }
      group.addTask {
        // A call that its client has left is not cancelled by itself: what it followed would be kept until it ends.
        try await context.cancellation.cancelled
        throw RPCError(code: .unavailable, message: "the coordinator is stopping; connect again")
      }
      while let isAllTold = try await group.next(), !isAllTold {}
      group.cancelAll()
    }
  }

  private func submitAndFollow(
    _ specs: [Muster_V1_TaskSpec], _ follower: Follower, _ feed: FollowFeed, _ caller: Caller
  ) async throws {
    if caller.identity?.role == .read {
      throw RPCError(
        code: .permissionDenied,
        message:
          "\(caller.words) may follow tasks and not hand in any; ask an administrator for a token of the role submit")
    }
    try checkRoom(follower, specs.count)
    var specs = specs
    for index in specs.indices where specs[index].id.isEmpty {
      specs[index].id = TaskNames.make(at: context.time.timestamp())
    }
    // Watched before it is submitted: it may be done before the answer to the submission is written.
    var refused = self.context.followers.watch(
      specs.compactMap { TaskID($0.id) }, follower, unconfirmed: caller.namespace != nil)
    let answers = try await submit(specs, by: caller)
    var known: [TaskID] = []
    for answer in answers where !answer.hasProblem {
      guard let id = TaskID(answer.id) else { continue }
      // The same id may stand twice in one batch, and only one of the two be refused.
      refused.remove(id)
      if answer.existing || answer.state == .failed { known.append(id) }
    }
    self.context.followers.giveUp(refused, follower)
    follower.confirm(answers.lazy.filter { !$0.hasProblem }.compactMap { TaskID($0.id) })
    feed.change { $0.answers += answers }
    try await lookUp(known, follower, feed)
    follower.bell.ring()
  }

  private func follow(
    _ texts: [String], _ follower: Follower, _ feed: FollowFeed, _ caller: Caller
  ) async throws {
    try checkRoom(follower, texts.count)
    let ids = texts.compactMap { TaskID($0) }
    context.followers.watch(ids, follower, unconfirmed: caller.namespace != nil)
    feed.change { $0.unknown += texts.filter { TaskID($0) == nil } }
    try await lookUp(ids, follower, feed)
    if caller.namespace != nil {
      // After the look: a task that was handed in between must not slip in. Of one that came even later nothing is heard.
      let foreign = try await answering { try await context.scope(caller).foreign(among: ids) }
      context.followers.giveUp(foreign, follower)
      feed.change { $0.unknown += foreign.map(\.text) }
      follower.confirm(ids)
    }
    follower.bell.ring()
  }

  private func checkRoom(_ follower: Follower, _ more: Int) throws {
    guard follower.load + more > context.configuration.limits.followed else { return }
    throw RPCError(
      code: .resourceExhausted,
      message: "one call may follow \(context.configuration.limits.followed) tasks; follow the rest over another")
  }

  /// Tells ends that came before the watch began; the follower takes each end once.
  private func lookUp(_ ids: [TaskID], _ follower: Follower, _ feed: FollowFeed) async throws {
    if ids.isEmpty { return }
    let ends = try await answering { try await context.store.ends(of: ids) }
    var unknown: [TaskID] = []
    for id in ids {
      switch ends[id] {
      case .some(.some(let end)): follower.hear(end)
      case .some(.none): break
      case .none: unknown.append(id)
      }
    }
    if unknown.isEmpty { return }
    context.followers.giveUp(Set(unknown), follower)
    feed.change { $0.unknown += unknown.map(\.text) }
  }

  private func tell(
    _ follower: Follower, _ feed: FollowFeed, _ response: WatchedWriter<Muster_V1_FollowTasksResponse>
  ) async throws {
    while !Task.isCancelled {
      let ends = follower.take()
      let news = feed.take()
      if ends.isEmpty && news.answers.isEmpty && news.unknown.isEmpty {
        if news.requestsEnded && follower.isFinished { return }
        if follower.isShut { throw RPCError(code: .unavailable, message: "the coordinator is stopping; connect again") }
        await follower.bell.wait()
        continue
      }
      try await response.write(
        .with {
          $0.answers = news.answers
          $0.unknown = news.unknown
          $0.ends = ends.map { $0.message(withResult: news.withResults) }
        })
    }
  }
}

/// What a follow stream has to say besides ends.
private final class FollowFeed: Sendable {
  struct News: Sendable {
    var answers: [Muster_V1_SubmitAnswer] = []
    var unknown: [String] = []
    var withResults = false
    var requestsEnded = false
  }
  private let news = Mutex(News())

  func change(_ body: (inout News) -> Void) { news.withLock { body(&$0) } }

  func take() -> News {
    news.withLock { news in
      defer {
        news.answers = []
        news.unknown = []
      }
      return news
    }
  }
}
