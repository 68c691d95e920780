import GRPCCore
import MusterCore

/// Brings a batch of any size through a coordinator: hands items in, takes their ends, survives broken connections.
///
/// Memory is bounded by ``BatchLimits``, whatever the number of items. An item is sent again after a broken connection
/// unless its end was recorded; the coordinator knows it by its id. So each item is recorded exactly once in a run, and
/// its task is one task.
public actor BatchRun {
  /// Takes outcomes, in the order in which they came. What it has returned from counts as recorded.
  public typealias Record = @Sendable ([BatchOutcome]) throws -> Void

  private let template: Muster_V1_TaskSpec
  private let reconnecting: Reconnecting
  private let retriesEarlier: Bool
  private let time: any Timekeeper
  private var ledger: BatchLedger
  private let record: Record
  /// Rung when there may be room for the reader.
  private let room = Bell()
  /// Rung when there may be something to send, or nothing any more.
  private let outgoing = Bell()
  /// Rung when the coordinator has no room for more.
  private let full = Bell()
  /// How long to wait for it.
  private var pause = Duration.seconds(1)

  /// - Parameters:
  ///   - template: what all tasks of the batch have in common; `id` and `input` come from the items.
  ///   - retriesEarlier: queue those tasks again that failed or were cancelled before this run.
  ///   - record: keeps the outcomes.
  public init(
    template: Muster_V1_TaskSpec, reconnecting: Reconnecting, limits: BatchLimits = BatchLimits(),
    retriesEarlier: Bool = false, time: any Timekeeper = SystemTime(), record: @escaping Record
  ) {
    self.template = template
    self.reconnecting = reconnecting
    self.retriesEarlier = retriesEarlier
    self.time = time
    self.ledger = BatchLedger(limits: limits)
    self.record = record
  }

  /// How far it is now.
  public var progress: BatchProgress { ledger.progress }

  /// Whether everything was read and has ended.
  public var isComplete: Bool { ledger.isComplete }

  /// Ids of what was read and has not ended, in order of lines.
  public var unfinished: [String] { ledger.unfinished }

  /// Runs until every item of `source` has ended. Cancelling it leaves the tasks to the coordinator.
  ///
  /// - Parameter outage: told why, once for each time that the connection breaks; the run goes on by itself.
  /// - Throws: ``APIError`` when the coordinator cannot be reached or refuses the batch as a whole, what `source` or
  ///   `record` throws, or `CancellationError`.
  public func run(_ source: some BatchSource, outage: @escaping @Sendable (APIError) -> Void = { _ in }) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await self.read(source) }
      group.addTask {
        try await self.reconnecting.run(outage: outage) { client in try await self.converse(client) }
      }
      // The first to fail ends the other; a group would else wait for it.
      for try await _ in group {}
    }
  }

  private func read(_ source: some BatchSource) async throws {
    var source = source
    while true {
      while ledger.room == 0 {
        try Task.checkCancellation()
        await room.wait()
      }
      guard let items = try await source.next(ledger.room) else { break }
      ledger.add(items)
      outgoing.ring()
    }
    ledger.close()
    outgoing.ring()
  }

  // MARK: - One connection

  private func converse(_ client: CoordinatorClient) async throws {
    ledger.reconnected()
    try await withThrowingTaskGroup(of: Void.self) { group in
      defer { group.cancelAll() }
      group.addTask { try await self.follow(client) }
      group.addTask { try await self.watch(client) }
      group.addTask { try await self.sendPostponed() }
      try await group.next()
    }
  }

  /// Asks every second how many tasks of the kind run. It also notices a coordinator that has vanished without a word,
  /// on which the stream alone would wait for ever.
  private func watch(_ client: CoordinatorClient) async throws {
    while true {
      try await time.sleep(for: .seconds(1))
      let counts = try await client.counts()
      ledger.sample(running: counts.first { $0.kind == template.kind }?.byState["running"] ?? 0)
    }
  }

  /// Sends again what the coordinator had no room for, when it may have some.
  private func sendPostponed() async throws {
    while true {
      await full.wait()
      try Task.checkCancellation()
      try await time.sleep(for: pause)
      ledger.resume()
      outgoing.ring()
    }
  }

  private func follow(_ client: CoordinatorClient) async throws {
    let request = StreamingClientRequest<Muster_V1_FollowTasksRequest> { writer in
      while let message = try await self.nextMessage() { try await writer.write(message) }
    }
    try await client.attempt(timeout: nil) { options in
      try await client.calls.followTasks(request: request, options: options) { response in
        for try await message in response.messages {
          try await self.receive(message, client)
          if await self.isComplete { return }
        }
        if await !self.isComplete {
          throw RPCError(code: .unavailable, message: "the coordinator closed the stream before the batch had ended")
        }
      }
    }
  }

  /// Waits for something to send. Nil when all items have ended.
  private func nextMessage() async throws -> Muster_V1_FollowTasksRequest? {
    while !ledger.isComplete {
      try Task.checkCancellation()
      let items = ledger.take()
      if items.isEmpty {
        await outgoing.wait()
        continue
      }
      return .with { message in
        message.withResults = true
        message.submit = items.map { item in
          var task = template
          task.id = item.id
          task.input = item.input
          return task
        }
      }
    }
    return nil
  }

  private func receive(_ message: Muster_V1_FollowTasksResponse, _ client: CoordinatorClient) async throws {
    try settle(message.answers.compactMap { ledger.receive($0) })
    // Only answers say so: at every end that comes meanwhile it would else be asked again, ten times a second.
    let wanted = message.answers.map(\.problem.retryAfterMilliseconds).max() ?? 0
    if wanted > 0 {
      pause = .milliseconds(Int64(min(max(wanted, 100), 60_000)))
      full.ring()
    }
    if retriesEarlier { try await retry(message.answers, client) }
    var outcomes: [BatchOutcome] = []
    var seen = Set<String>()
    for end in message.ends {
      guard var outcome = ledger.outcome(of: end), seen.insert(end.id).inserted else { continue }
      if outcome.state == .done, end.result.isEmpty, end.resultSize > 0 {
        // Recorded first: one large result at a time is all that memory holds.
        try settle(outcomes)
        outcomes = []
        outcome.result = try await client.result(of: end.id)
      }
      outcomes.append(outcome)
    }
    try settle(outcomes)
  }

  /// Queues again what had failed before this run, and hands it in once more: only then does its next end come here.
  private func retry(_ answers: [Muster_V1_SubmitAnswer], _ client: CoordinatorClient) async throws {
    let ids = answers.filter { $0.existing && ($0.state == .failed || $0.state == .cancelled) }.map(\.id)
      .filter { ledger.beginRetry($0) }
    if ids.isEmpty { return }
    _ = try await client.retry(ids)
    ledger.sendAgain(ids)
    outgoing.ring()
  }

  private func settle(_ outcomes: [BatchOutcome]) throws {
    if outcomes.isEmpty { return }
    try record(outcomes)
    for outcome in outcomes { ledger.settle(outcome) }
    room.ring()
    if ledger.isComplete { outgoing.ring() }
  }
}
