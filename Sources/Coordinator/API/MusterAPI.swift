import CoordinatorAPI
import Foundation
import GRPCCore
import MusterCore
import TaskModel
import TaskStore

/// Muster's own gRPC service. Each method is thin: check, ask the store, translate.
struct MusterAPI: Muster_V1_Muster.SimpleServiceProtocol {
  let context: CoordinatorContext
  let verification: VerificationQueue

  func getStatus(
    request: Muster_V1_GetStatusRequest, context: ServerContext
  ) async throws -> Muster_V1_GetStatusResponse {
    let status = await StatusReport.make(
      context: self.context, verification: verification, counts: request.withCounts,
      namespace: context.caller.namespace)
    return status.message
  }

  // MARK: Tasks

  func submitTasks(
    request: Muster_V1_SubmitTasksRequest, context: ServerContext
  ) async throws -> Muster_V1_SubmitTasksResponse {
    let answers = try await submit(request.tasks, by: context.caller)
    return .with { $0.answers = answers }
  }

  func getTask(request: Muster_V1_GetTaskRequest, context: ServerContext) async throws -> Muster_V1_TaskDetail {
    let id = try taskID(request.id)
    return try await answering {
      guard let found = try await self.context.store.record(id), self.context.scope(context.caller).covers(found.task)
      else { throw self.noTask(id.text) }
      let why = try await Explanation(context: self.context, verification: self.verification).reasons(for: found.task)
      return .with {
        $0.summary = found.task.message
        $0.dependsOn = found.dependsOn.map(\.text)
        $0.attempts = found.attempts.map(\.message)
        if let current = found.task.currentAttempt(besides: found.attempts) { $0.attempts.append(current) }
        $0.why = why
      }
    }
  }

  func listTasks(
    request: Muster_V1_ListTasksRequest, response: RPCWriter<Muster_V1_ListTasksResponse>, context: ServerContext
  ) async throws {
    var labels = request.labels
    if let namespace = context.caller.namespace { labels[ReservedLabel.namespace] = namespace }
    let filter = TaskFilter(
      states: request.states.compactMap { TaskState($0) }, kind: request.kind.isEmpty ? nil : request.kind,
      labels: labels, limit: request.limit == 0 ? 100 : Int(request.limit), oldestFirst: request.oldestFirst)
    let tasks = try await answering { try await self.context.store.list(filter) }
    try await self.context.slowReaders.watching(response, of: context.caller) { response in
      for start in stride(from: 0, to: tasks.count, by: 500) {
        try await response.write(
          .with { $0.tasks = tasks[start..<min(start + 500, tasks.count)].map(\.message) })
      }
    }
  }

  func countTasks(
    request: Muster_V1_CountTasksRequest, context: ServerContext
  ) async throws -> Muster_V1_CountTasksResponse {
    let namespace = context.caller.namespace
    let counts = try await answering {
      if let namespace { return try await self.context.store.counts(of: namespace) }
      return try await self.context.store.counts()
    }
    let byKind = Dictionary(grouping: counts, by: \.kind)
    return .with {
      $0.kinds = byKind.keys.sorted().map { kind in
        .with { message in
          message.kind = kind
          for (_, state, count) in byKind[kind] ?? [] { message.byState[state.name] = UInt64(count) }
        }
      }
    }
  }

  func cancelTasks(
    request: Muster_V1_TaskIdsRequest, context: ServerContext
  ) async throws -> Muster_V1_ChangeTasksResponse {
    try await change("cancel", request.ids, context.caller) {
      try await self.context.store.cancel($0, reason: "cancelled by request")
    }
  }

  func retryTasks(
    request: Muster_V1_TaskIdsRequest, context: ServerContext
  ) async throws -> Muster_V1_ChangeTasksResponse {
    try await change("retry", request.ids, context.caller) { ids in
      let outcomes = try await self.context.store.retry(ids)
      return zip(ids, outcomes).map { id, outcome in
        // A task whose verifier gave up is not final; its retry is another round of the verifier.
        if case .unchanged(.verifying) = outcome, self.verification.tryAgain(id) { return .changed(.verifying) }
        return outcome
      }
    }
  }

  func adoptRows(
    request: Muster_V1_AdoptRowsRequest, context: ServerContext
  ) async throws -> Muster_V1_AdoptRowsResponse {
    guard let rows = self.context.store.outerRows else {
      throw RPCError(
        code: .failedPrecondition,
        message: "there are no rows to adopt: this coordinator does not work over the prover cluster's table")
    }
    let age = Duration.milliseconds(Int64(clamping: request.olderThanMilliseconds))
    let adopted = try await answering { try await rows.adopt(olderThan: age) }
    self.context.logger.notice("adopted rows that others had left", metadata: ["count": "\(adopted)"])
    self.context.audit.record("adopt", by: context.caller, ["\(adopted)"])
    return .with { $0.adopted = UInt64(adopted) }
  }

  private func change(
    _ action: String, _ texts: [String], _ caller: Caller, _ body: @Sendable ([TaskID]) async throws -> [ChangeOutcome]
  ) async throws -> Muster_V1_ChangeTasksResponse {
    let own = try await answering { try await context.scope(caller).own(among: texts.compactMap { TaskID($0) }) }
    // What is not the caller's is treated as what does not exist.
    let ids = texts.map { text in TaskID(text).flatMap { own.contains($0) ? $0 : nil } }
    let known = ids.compactMap { $0 }
    let outcomes = try await answering { try await body(known) }
    context.audit.record(action, by: caller, known.map(\.text))
    var next = outcomes.makeIterator()
    return .with {
      $0.answers = zip(texts, ids).map { text, id in
        .with { answer in
          answer.id = text
          guard id != nil, let outcome = next.next() else {
            answer.problem = Problem.noTask(text).message
            return
          }
          switch outcome {
          case .changed(let state):
            answer.state = state.message
            answer.changed = true
          case .unchanged(let state): answer.state = state.message
          case .blocked(let cause):
            answer.state = .failed
            answer.problem =
              Problem(
                "dependency_failed",
                "task '\(text)' depends on '\(cause)', which failed or was cancelled; retry that one, and this one follows"
              ).message
          case .unknown: answer.problem = Problem.noTask(text).message
          }
        }
      }
    }
  }

  // MARK: Payloads and logs

  func readResult(
    request: Muster_V1_ReadResultRequest, response: RPCWriter<Muster_V1_PayloadPart>, context: ServerContext
  ) async throws {
    let id = try await ownTask(request.id, context.caller)
    let payload = try await answering { try await self.context.store.result(of: id) }
    guard let payload else {
      guard let found = try await answering({ try await self.context.store.record(id) }) else { throw noTask(id.text) }
      throw RPCError(
        code: .failedPrecondition, message: "task '\(id)' has no result: it is \(found.task.state.name)")
    }
    try await send(payload, to: response, context.caller)
  }

  func readInput(
    request: Muster_V1_ReadResultRequest, response: RPCWriter<Muster_V1_PayloadPart>, context: ServerContext
  ) async throws {
    let id = try await ownTask(request.id, context.caller)
    guard let payload = try await answering({ try await self.context.store.input(of: id) }) else {
      throw noTask(id.text)
    }
    try await send(payload, to: response, context.caller)
  }

  private func send(
    _ payload: Payload, to response: RPCWriter<Muster_V1_PayloadPart>, _ caller: Caller
  ) async throws {
    let data = try await answering { try payload.load() }
    try await context.slowReaders.watching(response, of: caller) { response in
      var offset = 0
      repeat {
        let end = min(offset + 4 * InputChunks.size, data.count)
        let part = Muster_V1_PayloadPart.with {
          $0.data = Data(data[data.startIndex + offset..<data.startIndex + end])
          $0.totalSize = offset == 0 ? UInt64(data.count) : 0
        }
        try await response.write(part)
        offset = end
      } while offset < data.count
    }
  }

  func readLogs(
    request: Muster_V1_ReadLogsRequest, response: RPCWriter<Muster_V1_LogPart>, context: ServerContext
  ) async throws {
    let id = try await ownTask(request.id, context.caller)
    try await self.context.slowReaders.watching(response, of: context.caller) {
      try await sendLogs(of: id, request, to: $0, context)
    }
  }

  private func sendLogs(
    of id: TaskID, _ request: Muster_V1_ReadLogsRequest, to response: WatchedWriter<Muster_V1_LogPart>,
    _ context: ServerContext
  ) async throws {
    let attempt = request.attempt == 0 ? nil : Int(request.attempt)
    var position: Int64 = 0
    while true {
      guard let found = try await answering({ try await self.context.store.record(id) }) else { throw noTask(id.text) }
      var pieces: [StoredLogPiece]
      repeat {
        let from = position
        pieces = try await answering { try await self.context.store.logs(of: id, attempt: attempt, after: from) }
        for piece in pieces {
          try await response.write(
            .with {
              $0.text = piece.text
              $0.attempt = UInt32(piece.attempt)
              $0.dropped = piece.dropped
            })
          position = piece.position
        }
      } while !pieces.isEmpty
      if !request.follow || found.task.state.isFinal { return }
      // A call is not cancelled by itself: it would go on for nobody, and hold up a stop.
      if context.cancellation.isCancelled {
        throw RPCError(code: .unavailable, message: "the coordinator is stopping; connect again")
      }
      try await self.context.time.sleep(for: .milliseconds(200))
    }
  }

  // MARK: Helpers

  func taskID(_ text: String) throws -> TaskID {
    guard let id = TaskID(text) else { throw RPCError(code: .notFound, message: Problem.noTask(text).sentence) }
    return id
  }

  /// The id of a task that the caller may see, or that does not exist.
  private func ownTask(_ text: String, _ caller: Caller) async throws -> TaskID {
    let id = try taskID(text)
    guard try await answering({ try await context.scope(caller).covers(id) }) else { throw noTask(text) }
    return id
  }

  func noTask(_ id: String) -> RPCError { RPCError(code: .notFound, message: Problem.noTask(id).sentence) }

  /// Turns the store's errors into statuses with their sentence.
  func answering<R>(_ body: () async throws -> R) async throws -> R {
    do {
      return try await body()
    } catch let error as StoreError {
      // Without its name a client would take it for a connection that broke.
      throw RPCError(
        code: .unavailable, message: error.message, metadata: [APIError.codeMetadataKey: "\(error.codeName)"])
    }
  }
}
