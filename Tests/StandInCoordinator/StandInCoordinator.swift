import CoordinatorAPI
import Foundation
import GRPCCore
import GRPCNIOTransportHTTP2
import Synchronization

/// Plays the coordinator for tests of clients: keeps tasks in memory, ends them as the test says, and misbehaves on request.
///
/// It has no queue, no workers and no disk. What a real coordinator decides is decided here by closures.
public final class StandInCoordinator: Muster_V1_Muster.SimpleServiceProtocol {
  /// What becomes of a task. Nil: it stays queued until ``end(_:as:)``.
  public typealias Executor = @Sendable (Muster_V1_TaskSpec) -> StandInEnd?

  struct State {
    var tasks: [String: StandInTask] = [:]
    var order: [String] = []
    var followers: [Int: StandInFollower] = [:]
    var nextFollower = 0
    var submissions = 0
    var largestRequest = 0
    var endsUntilCut: Int?
    var workers: [Muster_V1_WorkerSummary] = []
    var kinds: [Muster_V1_KindSummary] = []
    var queue = Muster_V1_GetQueueResponse()
    var logs: [String: String] = [:]
    var status = Muster_V1_GetStatusResponse.with {
      $0.protocol = ProtocolVersions.own.message
      $0.build = MusterBuild.version
      $0.store = "memory"
    }
  }
  let state = Mutex(State())
  let executor: Executor

  public init(executor: @escaping Executor = { _ in nil }) { self.executor = executor }

  // MARK: - What a test sets and sees

  public var workers: [Muster_V1_WorkerSummary] {
    get { state.withLock { $0.workers } }
    set { state.withLock { $0.workers = newValue } }
  }
  public var kinds: [Muster_V1_KindSummary] {
    get { state.withLock { $0.kinds } }
    set { state.withLock { $0.kinds = newValue } }
  }
  /// What autoscalers are told.
  public var queue: Muster_V1_GetQueueResponse {
    get { state.withLock { $0.queue } }
    set { state.withLock { $0.queue = newValue } }
  }
  public var status: Muster_V1_GetStatusResponse {
    get { state.withLock { $0.status } }
    set { state.withLock { $0.status = newValue } }
  }
  public var tasks: [StandInTask] { state.withLock { state in state.order.compactMap { state.tasks[$0] } } }
  /// How many task specifications arrived, repeated ones counted.
  public var submissions: Int { state.withLock { $0.submissions } }
  /// The most tasks that came in one message.
  public var largestRequest: Int { state.withLock { $0.largestRequest } }
  public var followers: Int { state.withLock { $0.followers.count } }

  public func setLog(_ text: String, of id: String) { state.withLock { $0.logs[id] = text } }

  /// Breaks the stream that carries the n-th end from now, in place of sending it, once.
  public func cut(afterEnds count: Int) { state.withLock { $0.endsUntilCut = count } }

  /// Ends a task that the executor left open.
  public func end(_ id: String, as end: StandInEnd) {
    let followers = state.withLock { state -> [StandInFollower] in
      guard state.tasks[id]?.end == nil else { return [] }
      state.tasks[id]?.end = end
      return state.followers.values.filter { $0.isFollowing(id) }
    }
    for follower in followers { send([id], to: follower, withResults: true) }
  }

  // MARK: - Inside

  func accept(_ specs: [Muster_V1_TaskSpec]) -> [Muster_V1_SubmitAnswer] {
    state.withLock { state in
      state.submissions += specs.count
      state.largestRequest = max(state.largestRequest, specs.count)
      return specs.map { spec in
        var spec = spec
        if spec.id.isEmpty { spec.id = "made-\(state.order.count + 1)" }
        return .with { answer in
          answer.id = spec.id
          if let existing = state.tasks[spec.id] {
            guard existing.spec.input == spec.input, existing.spec.kind == spec.kind else {
              answer.problem = .with {
                $0.code = "other_task"
                $0.message = "there is another task '\(spec.id)'"
              }
              return
            }
            answer.existing = true
            answer.state = existing.state
          } else if spec.kind == "unknown" {
            answer.problem = .with {
              $0.code = "unknown_kind"
              $0.message = "no kind 'unknown'"
            }
          } else {
            let task = StandInTask(spec: spec, end: executor(spec))
            state.tasks[spec.id] = task
            state.order.append(spec.id)
            answer.state = task.state
          }
        }
      }
    }
  }

  /// Sends the ends of those of `ids` that have ended.
  func send(_ ids: [String], to follower: StandInFollower, withResults: Bool) {
    let (ends, isCut) = state.withLock { state -> ([Muster_V1_TaskEnd], Bool) in
      var ends: [Muster_V1_TaskEnd] = []
      for id in ids {
        guard let message = state.tasks[id]?.message(withResult: withResults) else { continue }
        if let left = state.endsUntilCut {
          if left == 0 {
            state.endsUntilCut = nil
            return (ends, true)
          }
          state.endsUntilCut = left - 1
        }
        ends.append(message)
      }
      return (ends, false)
    }
    if !ends.isEmpty { follower.responses.yield(.with { $0.ends = ends }) }
    if isCut { follower.responses.finish(throwing: RPCError(code: .unavailable, message: "cut by the test")) }
  }

  func task(_ id: String) throws -> StandInTask {
    guard let task = state.withLock({ $0.tasks[id] }) else {
      throw RPCError(code: .notFound, message: "there is no task '\(id)'")
    }
    return task
  }
}

extension StandInCoordinator {
  /// Puts tasks of the kind `k` there, as if somebody had submitted them.
  public func submitForTest(_ ids: [String]) -> [Muster_V1_SubmitAnswer] {
    accept(
      ids.map { id in
        .with {
          $0.id = id
          $0.kind = "k"
        }
      })
  }
}
