import CoordinatorAPI
import Foundation
import GRPCCore

extension StandInCoordinator {
  public func getStatus(
    request: Muster_V1_GetStatusRequest, context: ServerContext
  ) async throws -> Muster_V1_GetStatusResponse { status }

  public func work(
    request: RPCAsyncSequence<Muster_V1_WorkerFrame, any Error>, response: RPCWriter<Muster_V1_CoordinatorFrame>,
    context: ServerContext
  ) async throws {
    throw RPCError(code: .unimplemented, message: "the stand-in takes no workers")
  }

  public func submitTasks(
    request: Muster_V1_SubmitTasksRequest, context: ServerContext
  ) async throws -> Muster_V1_SubmitTasksResponse {
    .with { $0.answers = accept(request.tasks) }
  }

  public func followTasks(
    request: RPCAsyncSequence<Muster_V1_FollowTasksRequest, any Error>,
    response: RPCWriter<Muster_V1_FollowTasksResponse>, context: ServerContext
  ) async throws {
    let (stream, continuation) = AsyncThrowingStream.makeStream(of: Muster_V1_FollowTasksResponse.self)
    let follower = StandInFollower(continuation)
    let number = state.withLock { state in
      state.nextFollower += 1
      state.followers[state.nextFollower] = follower
      return state.nextFollower
    }
    defer { state.withLock { $0.followers[number] = nil } }
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        for try await message in request {
          let answers = self.accept(message.submit)
          let unknown = message.follow.filter { (try? self.task($0)) == nil }
          let ids = answers.filter { !$0.hasProblem }.map(\.id) + message.follow
          follower.follow(ids)
          continuation.yield(
            .with {
              $0.answers = answers
              $0.unknown = unknown
            })
          self.send(ids, to: follower, withResults: message.withResults)
        }
        continuation.finish()
      }
      group.addTask { for try await message in stream { try await response.write(message) } }
      defer { group.cancelAll() }
      // The writer ends last when all is well, and first when the test cuts the stream.
      try await group.next()
      try await group.next()
    }
  }

  public func getTask(request: Muster_V1_GetTaskRequest, context: ServerContext) async throws -> Muster_V1_TaskDetail {
    let task = try task(request.id)
    return .with {
      $0.summary = task.summary
      $0.dependsOn = task.spec.dependsOn
      if task.end == nil {
        $0.why = [
          .with {
            $0.code = "no_worker"
            $0.message = "No worker serves the kind '\(task.spec.kind)'."
          }
        ]
      } else {
        $0.attempts = [
          .with {
            $0.number = 1
            $0.worker = "stand-in"
            $0.outcome = "done"
            $0.startedUnixMs = 1_700_000_001_000
            $0.endedUnixMs = 1_700_000_002_500
          }
        ]
      }
    }
  }

  public func listTasks(
    request: Muster_V1_ListTasksRequest, response: RPCWriter<Muster_V1_ListTasksResponse>, context: ServerContext
  ) async throws {
    let limit = request.limit == 0 ? 100 : Int(request.limit)
    let found = tasks.filter { task in
      (request.states.isEmpty || request.states.contains(task.state))
        && (request.kind.isEmpty || request.kind == task.spec.kind)
        && request.labels.allSatisfy { task.spec.labels[$0.key] == $0.value }
    }
    let chosen = request.oldestFirst ? Array(found.prefix(limit)) : Array(found.reversed().prefix(limit))
    for task in chosen { try await response.write(.with { $0.tasks = [task.summary] }) }
  }

  public func countTasks(
    request: Muster_V1_CountTasksRequest, context: ServerContext
  ) async throws -> Muster_V1_CountTasksResponse {
    var counts: [String: [String: UInt64]] = [:]
    for task in tasks { counts[task.spec.kind, default: [:]][task.state.word, default: 0] += 1 }
    return .with { response in
      response.kinds = counts.sorted { $0.key < $1.key }.map { kind, states in
        .with {
          $0.kind = kind
          $0.byState = states
        }
      }
    }
  }

  public func cancelTasks(
    request: Muster_V1_TaskIdsRequest, context: ServerContext
  ) async throws -> Muster_V1_ChangeTasksResponse {
    change(request.ids) { [self] task in
      guard task.end == nil else { return false }
      end(task.spec.id, as: .cancelled)
      return true
    }
  }

  public func adoptRows(
    request: Muster_V1_AdoptRowsRequest, context: ServerContext
  ) async throws -> Muster_V1_AdoptRowsResponse {
    .with { $0.adopted = request.olderThanMilliseconds == 3_600_000 ? 2 : 0 }
  }

  public func retryTasks(
    request: Muster_V1_TaskIdsRequest, context: ServerContext
  ) async throws -> Muster_V1_ChangeTasksResponse {
    change(request.ids) { [self] task in
      guard task.state == .failed || task.state == .cancelled else { return false }
      state.withLock { $0.tasks[task.spec.id]?.end = executor(task.spec) }
      return true
    }
  }

  private func change(_ ids: [String], _ body: (StandInTask) -> Bool) -> Muster_V1_ChangeTasksResponse {
    .with { response in
      response.answers = ids.map { id in
        .with { answer in
          answer.id = id
          guard let task = try? task(id) else {
            answer.problem = .with {
              $0.code = "not_found"
              $0.message = "there is no task '\(id)'"
            }
            return
          }
          answer.changed = body(task)
          answer.state = (try? self.task(id))?.state ?? .unspecified
        }
      }
    }
  }

  public func readResult(
    request: Muster_V1_ReadResultRequest, response: RPCWriter<Muster_V1_PayloadPart>, context: ServerContext
  ) async throws {
    guard let end = try task(request.id).end, end.state == .done else {
      throw RPCError(code: .failedPrecondition, message: "the task '\(request.id)' has no result")
    }
    try await write(end.result, to: response)
  }

  public func readInput(
    request: Muster_V1_ReadResultRequest, response: RPCWriter<Muster_V1_PayloadPart>, context: ServerContext
  ) async throws {
    try await write(try task(request.id).spec.input, to: response)
  }

  private func write(_ data: Data, to response: RPCWriter<Muster_V1_PayloadPart>) async throws {
    var rest = data
    while !rest.isEmpty {
      let part = rest.prefix(65_536)
      rest = rest.dropFirst(65_536)
      try await response.write(
        .with {
          $0.data = Data(part)
          $0.totalSize = UInt64(data.count)
        })
    }
  }

  public func readLogs(
    request: Muster_V1_ReadLogsRequest, response: RPCWriter<Muster_V1_LogPart>, context: ServerContext
  ) async throws {
    _ = try task(request.id)
    let text = state.withLock { $0.logs[request.id] } ?? ""
    try await response.write(
      .with {
        $0.text = Data(text.utf8)
        $0.attempt = 1
      })
  }

  public func listWorkers(
    request: Muster_V1_ListWorkersRequest, context: ServerContext
  ) async throws -> Muster_V1_ListWorkersResponse { .with { $0.workers = workers } }

  public func drainWorker(
    request: Muster_V1_WorkerRequest, context: ServerContext
  ) async throws -> Muster_V1_WorkerSummary { try worker(request.name, becomes: "draining") }

  public func resumeWorker(
    request: Muster_V1_WorkerRequest, context: ServerContext
  ) async throws -> Muster_V1_WorkerSummary { try worker(request.name, becomes: "connected") }

  /// Every worker that is not called `old` knows the request.
  public func releaseWorkers(
    request: Muster_V1_ReleaseWorkersRequest, context: ServerContext
  ) async throws -> Muster_V1_ReleaseWorkersResponse {
    let known = workers.map(\.name)
    return .with {
      $0.answers = (request.names + (request.all ? known : [])).map { name in
        .with { answer in
          answer.name = name
          guard known.contains(name) else {
            answer.problem.code = "no_worker"
            answer.problem.message = "no worker called '\(name)' is connected"
            return
          }
          answer.release = name == "old" ? .closed : .asked
        }
      }
    }
  }

  private func worker(_ name: String, becomes word: String) throws -> Muster_V1_WorkerSummary {
    guard let index = workers.firstIndex(where: { $0.name == name }) else {
      throw RPCError(code: .notFound, message: "there is no worker '\(name)'")
    }
    workers[index].state = word
    return workers[index]
  }

  public func listKinds(
    request: Muster_V1_ListKindsRequest, context: ServerContext
  ) async throws -> Muster_V1_ListKindsResponse { .with { $0.kinds = kinds } }

  public func getQueue(
    request: Muster_V1_GetQueueRequest, context: ServerContext
  ) async throws -> Muster_V1_GetQueueResponse { queue }
}

extension Muster_V1_TaskState {
  fileprivate var word: String {
    switch self {
    case .waiting: "waiting"
    case .queued: "queued"
    case .running: "running"
    case .verifying: "verifying"
    case .done: "done"
    case .failed: "failed"
    case .cancelled: "cancelled"
    default: "unknown"
    }
  }
}
