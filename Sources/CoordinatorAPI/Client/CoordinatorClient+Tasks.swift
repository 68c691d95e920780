import GRPCCore
import MusterCore

extension CoordinatorClient {
  /// Submits tasks, in messages of about 4 MiB or 1,000 tasks.
  ///
  /// - Returns: one answer a task, in order. Each accepted task is on the coordinator's disk.
  /// - Throws: ``APIError``. Tasks of earlier messages may have been accepted then; with ids of the caller's own, the
  ///   same call again is safe.
  public func submit(_ tasks: [Muster_V1_TaskSpec]) async throws -> [Muster_V1_SubmitAnswer] {
    var answers: [Muster_V1_SubmitAnswer] = []
    answers.reserveCapacity(tasks.count)
    for part in SubmitParts(tasks) {
      let request = Muster_V1_SubmitTasksRequest.with { $0.tasks = Array(part) }
      answers += try await change { try await calls.submitTasks(request, options: $0).answers }
    }
    return answers
  }

  public func task(_ id: String) async throws -> Muster_V1_TaskDetail {
    try await ask { try await calls.getTask(.with { $0.id = id }, options: $0) }
  }

  /// Calls `each` with the tasks that match, some at a time, as they arrive.
  public func tasks(
    _ request: Muster_V1_ListTasksRequest, each: @Sendable @escaping ([Muster_V1_TaskSummary]) async throws -> Void
  ) async throws {
    try await attempt(timeout: nil) { options in
      try await calls.listTasks(request, options: options) { response in
        for try await part in response.messages { try await each(part.tasks) }
      }
    }
  }

  /// How many tasks of each kind are in each state.
  public func counts() async throws -> [Muster_V1_KindCount] {
    try await ask { try await calls.countTasks(.init(), options: $0).kinds }
  }

  /// Cancels tasks. The answers, in order, say which ones ended otherwise first.
  public func cancel(_ ids: [String]) async throws -> [Muster_V1_ChangeAnswer] {
    try await changing(ids) { try await calls.cancelTasks($0, options: $1) }
  }

  /// Queues failed and cancelled tasks again. One answer an id, in order.
  public func retry(_ ids: [String]) async throws -> [Muster_V1_ChangeAnswer] {
    try await changing(ids) { try await calls.retryTasks($0, options: $1) }
  }

  /// Takes rows of the prover cluster's table that others have left in the middle and not written to for `age`.
  ///
  /// - Returns: how many.
  public func adoptRows(olderThan age: Duration) async throws -> UInt64 {
    try await change {
      try await calls.adoptRows(
        .with { $0.olderThanMilliseconds = UInt64(max(age.wholeMilliseconds, 0)) }, options: $0
      ).adopted
    }
  }

  private func changing(
    _ ids: [String], _ call: (Muster_V1_TaskIdsRequest, CallOptions) async throws -> Muster_V1_ChangeTasksResponse
  ) async throws -> [Muster_V1_ChangeAnswer] {
    var answers: [Muster_V1_ChangeAnswer] = []
    var rest = ids[...]
    while !rest.isEmpty {
      let request = Muster_V1_TaskIdsRequest.with { $0.ids = Array(rest.prefix(SubmitParts.maxTasks)) }
      rest = rest.dropFirst(SubmitParts.maxTasks)
      answers += try await change { try await call(request, $0).answers }
    }
    return answers
  }
}
