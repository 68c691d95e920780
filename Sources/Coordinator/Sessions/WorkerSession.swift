import CoordinatorAPI
import Foundation
import GRPCCore
import MusterCore
import Synchronization
import TaskModel
import TaskStore

/// One stream of one worker: gathers what the worker brings, exchanges it with the store, sends what comes of it.
///
/// One exchange is under way at a time; what arrives meanwhile goes along with the next. So a busy worker's frames grow
/// and a quiet worker's answers come at once, without a setting.
final class WorkerSession: Sendable {
  struct Inbox {
    var started: [Token] = []
    var ends: [EndReport] = []
    var logs: [LogPiece] = []
    /// Of results and log text in memory.
    var bytes = 0
    var stops: [Muster_V1_Stop] = []
    /// The worker may have room: ask the store for tasks.
    var wantsTasks = true
    /// It is to leave: it says so, or was told here.
    var draining = false
    /// It says so itself: what it ends in good order then, it ends as its goodbye.
    var leaving = false
    var toldToDrain = false
    var sendsDrain = false
    /// It was asked to connect anew: nothing more is handed out here.
    var moving = false
    var sendsMove = false
    var closed = false
    /// By the coordinator, not by the worker.
    var closedHere = false
    var lastHeard: Moment

    var isEmpty: Bool {
      started.isEmpty && ends.isEmpty && logs.isEmpty && stops.isEmpty && !wantsTasks && !sendsDrain && !sendsMove
    }
  }

  let facts: WorkerFacts
  var kinds: [String] { facts.kinds }
  let isWaiting = SharedFlag()
  let listedKinds = SharedSet()
  private let context: CoordinatorContext
  private let inbox: Mutex<Inbox>
  /// Attempts that this worker has: of others it may say nothing.
  private let held = Mutex<Set<Token>>([])
  /// Attempts of before this connection of which it may still bring results.
  private let told = Mutex<Set<Token>>([])
  private let bell = Bell()

  /// The most tasks of one frame; more come with the next.
  private static let mostTasksAFrame = 512
  /// Reports that may wait for the store before the stream is no longer read.
  private static let mostReportsWaiting = 16_384
  /// Bytes of results that may wait for the store before the stream is no longer read.
  private static let mostBytesWaiting = 16 << 20

  init(facts: WorkerFacts, context: CoordinatorContext) {
    self.facts = facts
    self.context = context
    inbox = Mutex(Inbox(lastHeard: context.time.moment()))
  }

  var lastHeard: Moment { inbox.withLock { $0.lastHeard } }
  var isDraining: Bool { inbox.withLock { $0.draining } }
  /// It was told to drain, and has not said that it does: whether it ever heard of it is not known.
  var owesDrain: Bool { inbox.withLock { $0.toldToDrain && !$0.leaving } }

  /// Whether an end of the stream by the worker is its goodbye. One that was let go may end it with all that it runs, to bring it
  /// along; and one that was told to drain may do so in the very moment in which that was on its way to it.
  var isGoodbye: Bool {
    let (leaving, moving, told) = inbox.withLock { ($0.leaving, $0.moving, $0.toldToDrain) }
    let hasWork = held.withLock { !$0.isEmpty }
    return moving ? leaving && !hasWork : leaving || told && !hasWork
  }

  // MARK: From others

  /// Something may be queued for this worker.
  func ask() { change { $0.wantsTasks = true } }

  func stop(_ token: Token, unstartedOnly: Bool = false) {
    change { inbox in
      inbox.stops.append(
        .with {
          $0.epoch = token.epoch
          $0.number = token.number
          $0.unstartedOnly = unstartedOnly
        })
    }
  }

  /// Tells the worker to finish and leave.
  func drain() {
    change { inbox in
      inbox.draining = true
      inbox.toldToDrain = true
      inbox.sendsDrain = true
    }
  }

  /// Asks the worker to connect anew.
  func release() {
    change { inbox in
      inbox.moving = true
      inbox.sendsMove = true
    }
  }

  /// Ends the stream, from the coordinator's side.
  func shut() {
    change { inbox in
      inbox.closed = true
      inbox.closedHere = true
    }
  }

  /// The stream has ended.
  func close() { change { $0.closed = true } }

  var wasClosedHere: Bool { inbox.withLock { $0.closedHere } }

  private func change(_ body: (inout Inbox) -> Void) {
    inbox.withLock { body(&$0) }
    bell.ring()
  }

  // MARK: From the worker

  /// It has these attempts, too.
  func holds(_ tokens: some Sequence<Token>) { held.withLock { $0.formUnion(tokens) } }

  /// It came with these attempts.
  func tells(_ tokens: Set<Token>) { told.withLock { $0 = tokens } }

  func mayBring(_ token: Token) -> Bool { isHolding(token) || told.withLock { $0.contains(token) } }

  func isHolding(_ token: Token) -> Bool { held.withLock { $0.contains(token) } }

  func heard() {
    let now = context.time.moment()
    inbox.withLock { $0.lastHeard = now }
  }

  /// Takes a frame's content. Waits while too much waits for the store: the stream's own flow control then slows the worker.
  func receive(started: [Token], ends: [EndReport], logs: [LogPiece], draining: Bool) async throws {
    let now = context.time.moment()
    let bytes = ends.reduce(logs.reduce(0) { $0 + $1.text.count }) { $0 + $1.inlineBytes }
    inbox.withLock { inbox in
      inbox.lastHeard = now
      inbox.started += started
      inbox.ends += ends
      inbox.logs += logs
      inbox.bytes += bytes
      // One that hands tasks back must not take them again in the same breath: they were called back for another.
      if !inbox.draining, ends.contains(where: { $0.end != .returned }) { inbox.wantsTasks = true }
      if draining { (inbox.draining, inbox.leaving) = (true, true) }
    }
    if draining { try await context.store.setAccepting(false, worker: facts.name) }
    if !started.isEmpty || !ends.isEmpty || !logs.isEmpty { bell.ring() }
    while inbox.withLock({
      !$0.closed && ($0.ends.count + $0.logs.count > Self.mostReportsWaiting || $0.bytes > Self.mostBytesWaiting)
    }) {
      try await context.time.sleep(for: .milliseconds(5))
      heard()
    }
  }

  // MARK: To the worker

  /// Exchanges and sends until the session is closed or the stream breaks.
  func pump(_ writer: WatchedWriter<Muster_V1_CoordinatorFrame>) async throws {
    var inputs = InputChunks()
    while true {
      let (work, closed) = inbox.withLock { inbox -> (Inbox, Bool) in
        var work = Inbox(
          wantsTasks: inbox.wantsTasks && !inbox.draining && !inbox.moving, lastHeard: inbox.lastHeard)
        swap(&work.started, &inbox.started)
        swap(&work.ends, &inbox.ends)
        swap(&work.logs, &inbox.logs)
        swap(&work.bytes, &inbox.bytes)
        swap(&work.stops, &inbox.stops)
        work.sendsDrain = inbox.sendsDrain
        inbox.sendsDrain = false
        work.sendsMove = inbox.sendsMove
        inbox.sendsMove = false
        inbox.wantsTasks = false
        return (work, inbox.closed)
      }
      if closed || Task.isCancelled { return }
      if work.isEmpty && inputs.isEmpty {
        await bell.wait()
        continue
      }
      var batch = Muster_V1_CoordinatorBatch()
      batch.stops = work.stops
      batch.drain = work.sendsDrain
      batch.move = work.sendsMove
      if !work.isEmpty { try await exchange(work, into: &batch, inputs: &inputs) }
      if let chunk = try inputs.next() { batch.chunks = [chunk] }
      if !batch.isIdle { try await writer.write(.with { $0.batch = batch }) }
    }
  }

  private func exchange(
    _ work: Inbox, into batch: inout Muster_V1_CoordinatorBatch, inputs: inout InputChunks
  ) async throws {
    let exchange = Exchange(
      worker: facts.name, started: work.started, ends: work.ends,
      claimLimit: work.wantsTasks ? Self.mostTasksAFrame : 0)
    let arrivals = work.wantsTasks ? context.hungry.arrivals(for: kinds) : []
    let outcome: ExchangeOutcome
    var logs = work.logs
    do {
      if !logs.isEmpty { try await context.store.appendLogs(logs) }
      logs = []
      if work.started.isEmpty && work.ends.isEmpty && !work.wantsTasks { return }
      outcome = try await context.store.exchange(exchange)
    } catch let error as StoreError {
      // Nothing of it was kept: it waits here, where the worker's reports are safe as long as its session is.
      context.logger.error("the store did not take a worker's reports; trying again: \(error.message)")
      inbox.withLock { inbox in
        inbox.started = work.started + inbox.started
        inbox.ends = work.ends + inbox.ends
        inbox.logs = logs + inbox.logs
        inbox.bytes += work.bytes
        inbox.wantsTasks = inbox.wantsTasks || work.wantsTasks
      }
      context.registry.graceAll()
      try await context.time.sleep(for: .milliseconds(250))
      await context.conduct.reapply(to: facts.name)
      return
    }
    batch.answers = outcome.ends.map(\.message)
    if !outcome.claimed.isEmpty, inbox.withLock({ $0.closed }) {
      // Another stream took this one's place meanwhile and may have asked already what its worker holds: nobody would ever
      // bring these to the worker.
      let back = outcome.claimed.map { EndReport(token: $0.token, end: .returned) }
      _ = try await context.store.exchange(Exchange(worker: facts.name, ends: back))
      // While they were held, the worker seemed to have no room, and the other stream did not get in line.
      context.registry.live(facts.name)?.ask()
      return
    }
    if !work.ends.isEmpty || !outcome.claimed.isEmpty {
      held.withLock { held in
        for end in work.ends { held.remove(end.token) }
        for task in outcome.claimed { held.insert(task.token) }
      }
    }
    batch.assignments = try outcome.claimed.map { task in
      try inputs.add(task)
      return task.message(kind: context.kind(task.kind))
    }
    if !work.ends.isEmpty {
      await context.conduct.record(worker: facts.name, reports: work.ends, outcomes: outcome.ends)
    }
    guard work.wantsTasks else {
      if outcome.hasRoom && !work.ends.isEmpty { ask() }
      return
    }
    if outcome.mayHaveMore {
      ask()
    } else if outcome.hasRoom, !context.hungry.wait(self, since: arrivals) {
      ask()
    }
  }
}
