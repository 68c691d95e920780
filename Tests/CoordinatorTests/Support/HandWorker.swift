import CoordinatorAPI
import Foundation
import GRPCCore
import GRPCInProcessTransport
import Synchronization
import Testing

/// A worker that does what a test says, frame by frame.
final class HandWorker: Sendable {
  let welcome: Muster_V1_CoordinatorWelcome
  private let outgoing: AsyncStream<Muster_V1_WorkerFrame>.Continuation
  private let incoming: AsyncStream<Muster_V1_CoordinatorBatch>
  private let call: Task<Void, any Error>
  /// What came in frames in which the test looked for something else.
  private let kept = Mutex(Muster_V1_CoordinatorBatch())
  /// Tasks that were assigned, and those of them that the test has taken.
  private let assigned: Guarded<Int>
  private let taken = Guarded(0)

  private init(
    welcome: Muster_V1_CoordinatorWelcome, outgoing: AsyncStream<Muster_V1_WorkerFrame>.Continuation,
    incoming: AsyncStream<Muster_V1_CoordinatorBatch>, assigned: Guarded<Int>, call: Task<Void, any Error>
  ) {
    self.assigned = assigned
    self.welcome = welcome
    self.outgoing = outgoing
    self.incoming = incoming
    self.call = call
  }

  /// Greets, and returns when it is welcome.
  ///
  /// - Throws: the refusal.
  static func connect(_ fixture: Fixture, _ hello: Muster_V1_WorkerHello) async throws -> HandWorker {
    let (frames, outgoing) = AsyncStream<Muster_V1_WorkerFrame>.makeStream()
    let (batches, received) = AsyncStream<Muster_V1_CoordinatorBatch>.makeStream()
    let (welcomes, welcomed) = AsyncStream<Muster_V1_CoordinatorWelcome>.makeStream()
    outgoing.yield(.with { $0.hello = hello })
    let api = fixture.api
    let assigned = Guarded(0)
    let call = Task {
      defer {
        received.finish()
        welcomed.finish()
        outgoing.finish()
      }
      try await api.work(
        request: StreamingClientRequest { writer in
          for await frame in frames { try await writer.write(frame) }
        },
        onResponse: { response in
          for try await frame in response.messages {
            switch frame.frame {
            case .welcome(let welcome): welcomed.yield(welcome)
            case .batch(let batch):
              assigned.change { $0 += batch.assignments.count }
              received.yield(batch)
            case nil: Issue.record("the coordinator sent an empty frame")
            }
          }
          // The other side is done: nothing more is to be written.
          outgoing.finish()
        })
    }
    guard let welcome = await welcomes.first(where: { _ in true }) else {
      try await call.value
      throw NeverHappened(description: "the stream ended before the welcome")
    }
    return HandWorker(welcome: welcome, outgoing: outgoing, incoming: batches, assigned: assigned, call: call)
  }

  func send(_ fill: (inout Muster_V1_WorkerBatch) -> Void) {
    outgoing.yield(.with { fill(&$0.batch) })
  }

  func send(_ frame: Muster_V1_WorkerFrame) { outgoing.yield(frame) }

  /// The next frame as it is; nil when the coordinator has ended the stream. Not to be mixed with the methods below.
  func next() async -> Muster_V1_CoordinatorBatch? { await incoming.first { _ in true } }

  /// Takes frames until `find` finds what it looks for in all that came so far, and takes that out of it.
  private func take<Found: Sendable>(_ find: (inout Muster_V1_CoordinatorBatch) -> Found?) async throws -> Found {
    while true {
      if let found = kept.withLock({ find(&$0) }) { return found }
      guard let batch = await next() else {
        throw NeverHappened(description: "the coordinator ended the stream before the frame that the test waits for")
      }
      kept.withLock { kept in
        kept.assignments += batch.assignments
        kept.answers += batch.answers
        kept.stops += batch.stops
        kept.chunks += batch.chunks
        kept.drain = kept.drain || batch.drain
        kept.move = kept.move || batch.move
      }
    }
  }

  /// The next `count` tasks that are assigned.
  func assignments(_ count: Int) async throws -> [Muster_V1_Assignment] {
    try await take { kept in
      guard kept.assignments.count >= count else { return nil }
      defer { kept.assignments.removeFirst(count) }
      taken.change { $0 += count }
      return Array(kept.assignments.prefix(count))
    }
  }

  func assignment() async throws -> Muster_V1_Assignment { try #require(await assignments(1).first) }

  /// The orders to stop attempts, at least one.
  func stops() async throws -> [Muster_V1_Stop] {
    try await take { kept in
      defer { kept.stops = [] }
      return kept.stops.isEmpty ? nil : kept.stops
    }
  }

  /// Returns when it is told to drain.
  func drains() async throws { try await take { $0.drain ? () : nil } }

  /// Returns when it is asked to connect anew.
  func moves() async throws {
    try await take { kept in
      defer { kept.move = false }
      return kept.move ? () : nil
    }
  }

  /// Whether a task was assigned that the test has not taken.
  var hasMore: Bool { assigned.value > taken.value }

  func start(_ assignment: Muster_V1_Assignment) { send { $0.started = [assignment.attempt(started: true)] } }

  /// Says how an attempt ended; returns what the coordinator makes of it.
  @discardableResult
  func end(
    _ assignment: Muster_V1_Assignment, _ outcome: Muster_V1_AttemptOutcome = .done, result: String = "",
    error: String = "", change: (inout Muster_V1_AttemptEnd) -> Void = { _ in }
  ) async throws -> Muster_V1_EndVerdict {
    send { $0.ends = [assignment.end(outcome, result: result, error: error, change)] }
    return try await answer(to: assignment)
  }

  func answer(to assignment: Muster_V1_Assignment) async throws -> Muster_V1_EndVerdict {
    try await take { kept in
      guard let index = kept.answers.firstIndex(where: { $0.number == assignment.number }) else { return nil }
      return kept.answers.remove(at: index).verdict
    }
  }

  /// Says that nothing more comes; returns when the coordinator has ended its side.
  func leave() async throws {
    outgoing.finish()
    try await call.value
  }

  /// Breaks the connection off.
  func drop() async {
    call.cancel()
    _ = await call.result
  }

  /// How the stream ended; waits until it has.
  func ending() async -> Result<Void, any Error> { await call.result }
}

extension Muster_V1_Assignment {
  func attempt(started: Bool) -> Muster_V1_AttemptRef {
    .with {
      $0.epoch = epoch
      $0.number = number
      $0.started = started
    }
  }

  func end(
    _ outcome: Muster_V1_AttemptOutcome, result: String = "", error: String = "",
    _ change: (inout Muster_V1_AttemptEnd) -> Void = { _ in }
  ) -> Muster_V1_AttemptEnd {
    .with {
      $0.epoch = epoch
      $0.number = number
      $0.outcome = outcome
      $0.result = Data(result.utf8)
      $0.error = error
      $0.runNanoseconds = 1_000_000_000
      change(&$0)
    }
  }
}

extension Fixture {
  /// A worker's greeting.
  static func hello(
    _ name: String, kinds: [String] = ["work"], slots: UInt32 = 1, session: UInt64? = nil, generation: UInt64 = 1
  ) -> Muster_V1_WorkerHello {
    .with {
      $0.protocol = ProtocolVersions.own.message
      $0.build = "test"
      $0.name = name
      $0.kinds = kinds
      $0.slots = slots
      $0.memory = 8 << 30
      $0.session = session ?? UInt64(truncatingIfNeeded: name.hashValue)
      $0.generation = generation
    }
  }

  func worker(_ name: String, kinds: [String] = ["work"], slots: UInt32 = 1) async throws -> HandWorker {
    try await connect(Self.hello(name, kinds: kinds, slots: slots))
  }

  func connect(_ hello: Muster_V1_WorkerHello) async throws -> HandWorker {
    try await HandWorker.connect(self, hello)
  }

  /// Expects that a greeting is refused with `code`, and returns the sentence.
  func refused(_ code: RPCError.Code, _ hello: Muster_V1_WorkerHello) async -> String {
    await refusal(code) { _ = try await HandWorker.connect(self, hello) }
  }
}

extension Muster_V1_Assignment {
  func chunk(_ data: Data, last: Bool) -> Muster_V1_PayloadChunk {
    .with {
      $0.epoch = epoch
      $0.number = number
      $0.data = data
      $0.last = last
    }
  }
}
