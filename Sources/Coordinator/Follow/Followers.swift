import Foundation
import MusterCore
import Synchronization
import TaskModel
import TaskStore

/// Who waits for the end of which task.
final class Followers: Sendable {
  private let watched = Mutex<[TaskID: [Follower]]>([:])
  /// Those of them that the present round of ``sample(_:)`` has not come to.
  private let round = Mutex<[TaskID]>([])

  /// Whether anybody follows anything: the hot path asks this first.
  private let isIdle = Mutex(true)

  /// From now on `follower` hears of the ends of `ids`. An end that came before is the caller's to look up, afterwards.
  ///
  /// - Parameter unconfirmed: it is not known yet whether the follower may hear of them: their ends are held back until
  ///   ``Follower/confirm(_:)``.
  /// - Returns: those that it did not wait for before.
  @discardableResult
  func watch(_ ids: [TaskID], _ follower: Follower, unconfirmed: Bool = false) -> Set<TaskID> {
    let fresh = watched.withLock { watched in
      var fresh: Set<TaskID> = []
      for id in ids where follower.note(id, unconfirmed: unconfirmed) {
        watched[id, default: []].append(follower)
        fresh.insert(id)
      }
      return fresh
    }
    isIdle.withLock { $0 = false }
    return fresh
  }

  /// There are no such tasks: `follower` will hear nothing of them.
  func giveUp(_ ids: Set<TaskID>, _ follower: Follower) {
    watched.withLock { remove(follower, from: ids, &$0) }
    follower.giveUp(ids)
  }

  func announce(_ ended: [EndedTask]) {
    if isIdle.withLock({ $0 }) { return }
    let heard = watched.withLock { watched in
      var heard: [(Follower, EndedTask)] = []
      for end in ended {
        guard let followers = watched.removeValue(forKey: end.id) else { continue }
        for follower in followers { heard.append((follower, end)) }
      }
      if watched.isEmpty { isIdle.withLock { $0 = true } }
      return heard
    }
    for (follower, end) in heard { follower.hear(end) }
  }

  /// Some of the tasks that somebody follows, at most `limit`: over repeated calls every one of them.
  func sample(_ limit: Int) -> [TaskID] {
    let isIdle = isIdle.withLock { $0 }
    return round.withLock { round in
      guard !isIdle else {
        round = []
        return []
      }
      if round.isEmpty { round = watched.withLock { Array($0.keys) } }
      let some = round.suffix(limit)
      round.removeLast(some.count)
      return watched.withLock { watched in some.filter { watched[$0] != nil } }
    }
  }

  /// The coordinator stops: every stream that follows ends.
  func shut() {
    let all = watched.withLock { watched in
      defer { watched = [:] }
      return watched.values.flatMap { $0 }
    }
    for follower in all { follower.shut() }
  }

  /// How many tasks somebody follows.
  var watchedCount: Int { watched.withLock { $0.count } }

  func forget(_ follower: Follower) {
    let ids = follower.waitingFor
    watched.withLock { remove(follower, from: ids, &$0) }
  }

  private func remove(_ follower: Follower, from ids: Set<TaskID>, _ watched: inout [TaskID: [Follower]]) {
    for id in ids {
      watched[id]?.removeAll { $0 === follower }
      if watched[id]?.isEmpty == true { watched[id] = nil }
    }
  }
}

/// One stream that follows tasks: gathers their ends until its writer is free.
final class Follower: Sendable {
  private struct State {
    var waitingFor: Set<TaskID> = []
    /// Those of them, and of what has ended since, of which nothing may be told yet.
    var unconfirmed: Set<TaskID> = []
    var heldBack: [EndedTask] = []
    var ends: [EndedTask] = []
    /// Bytes of results in `ends`.
    var bytes = 0
    var shut = false

    mutating func add(_ end: EndedTask) {
      let size = end.result?.count ?? 0
      if bytes + size > Follower.mostBytes {
        ends.append(end.withoutResult)
      } else {
        bytes += size
        ends.append(end)
      }
    }
  }
  private let state = Mutex(State())
  let bell = Bell()

  /// Results held for a slow reader; beyond, ends come without them and the reader fetches them.
  fileprivate static let mostBytes = 32 << 20

  /// - Returns: false if it waits for the task already.
  func note(_ id: TaskID, unconfirmed: Bool) -> Bool {
    state.withLock { state in
      let isNew = state.waitingFor.insert(id).inserted
      if isNew && unconfirmed { state.unconfirmed.insert(id) }
      return isNew
    }
  }

  /// The tasks do not exist, or are not the follower's: nothing will be heard of them.
  func giveUp(_ ids: Set<TaskID>) {
    state.withLock { state in
      state.waitingFor.subtract(ids)
      // Once for all: there may be a hundred thousand of both.
      state.heldBack.removeAll { ids.contains($0.id) && state.unconfirmed.contains($0.id) }
      state.unconfirmed.subtract(ids)
    }
  }

  /// The follower may hear of these; what was held back is told.
  func confirm(_ ids: some Sequence<TaskID>) {
    state.withLock { state in
      for id in ids { state.unconfirmed.remove(id) }
      let released = state.heldBack.filter { !state.unconfirmed.contains($0.id) }
      state.heldBack.removeAll { !state.unconfirmed.contains($0.id) }
      for end in released { state.add(end) }
    }
    bell.ring()
  }

  var waitingFor: Set<TaskID> { state.withLock { $0.waitingFor } }

  /// Takes an end; once for each task, however often it is told.
  func hear(_ end: EndedTask) {
    state.withLock { state in
      guard state.waitingFor.remove(end.id) != nil else { return }
      if state.unconfirmed.contains(end.id) { state.heldBack.append(end.withoutResult) } else { state.add(end) }
    }
    bell.ring()
  }

  /// Ends not taken yet, up to about 1 MiB of results; the rest at the next call.
  func take() -> [EndedTask] {
    state.withLock { state in
      var bytes = 0
      var count = 0
      while count < state.ends.count, count < 1000, bytes < 1 << 20 {
        bytes += state.ends[count].result?.count ?? 0
        count += 1
      }
      defer {
        state.ends.removeFirst(count)
        state.bytes -= bytes
      }
      return Array(state.ends.prefix(count))
    }
  }

  /// Tasks that it waits for, or has not told the end of.
  var load: Int { state.withLock { $0.waitingFor.count + $0.ends.count + $0.heldBack.count } }

  func shut() {
    state.withLock { $0.shut = true }
    bell.ring()
  }

  /// The coordinator stops.
  var isShut: Bool { state.withLock { $0.shut } }

  /// Nothing is waited for and nothing is left to tell.
  var isFinished: Bool { state.withLock { $0.waitingFor.isEmpty && $0.ends.isEmpty && $0.heldBack.isEmpty } }
}
