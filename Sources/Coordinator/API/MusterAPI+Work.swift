import CoordinatorAPI
import Foundation
import GRPCCore
import MusterCore
import TaskModel
import TaskStore

extension MusterAPI {
  /// The life of one worker's stream: greeting, then frames both ways until either side leaves.
  func work(
    request: RPCAsyncSequence<Muster_V1_WorkerFrame, any Error>, response: RPCWriter<Muster_V1_CoordinatorFrame>,
    context: ServerContext
  ) async throws {
    let frames = FrameReader(request)
    guard let first = try await frames.next(), case .hello(let hello)? = first.frame else {
      throw RPCError(code: .invalidArgument, message: "a worker's first frame must be its greeting")
    }
    let own = ProtocolVersions.own
    guard let version = own.common(with: ProtocolVersions(hello.protocol)) else {
      let other = ProtocolVersions(hello.protocol)
      let cure = other.lowest > own.highest ? "upgrade the coordinator" : "upgrade the worker"
      throw RPCError(
        code: .failedPrecondition,
        message:
          "the worker (muster \(hello.build.prefix(64))) speaks \(other) of the protocol and the coordinator (muster \(MusterBuild.version)) speaks \(own): \(cure)"
      )
    }
    let facts: WorkerFacts
    switch WorkerFacts.from(hello, at: self.context.time.timestamp()) {
    case .success(let good): facts = good
    case .failure(let complaint): throw RPCError(code: .invalidArgument, message: complaint.sentence)
    }
    if let refusal = Self.refusal(facts, context.caller) {
      self.context.refusals.count("not_itself", refusal, address: context.caller.address)
      throw RPCError(code: .permissionDenied, message: refusal)
    }
    let session = WorkerSession(facts: facts, context: self.context)
    let goodbye: Bool
    do {
      let stale = try await open(session, hello)
      self.context.logger.info(
        "worker connected",
        metadata: [
          "worker": "\(facts.name)", "slots": "\(facts.slots)", "kinds": "\(facts.kinds.joined(separator: ", "))",
        ])
      goodbye = try await self.context.slowReaders.watching(response, of: context.caller) {
        try await serve(session, frames, $0, version: version, stale: stale)
      }
    } catch {
      await depart(session, said: false)
      throw error
    }
    await depart(session, said: goodbye)
    self.context.logger.info(goodbye ? "worker left" : "worker disconnected", metadata: ["worker": "\(facts.name)"])
  }

  /// A worker speaks for itself only, and serves what its certificate says.
  private static func refusal(_ facts: WorkerFacts, _ caller: Caller) -> String? {
    guard let identity = caller.identity else { return nil }
    guard identity.name == facts.name else {
      return
        "the certificate is that of worker '\(identity.name)', and it calls itself '\(facts.name)'; leave --name out, or join under that name"
    }
    guard let other = facts.kinds.first(where: { !identity.mayUse(kind: $0) }) else { return nil }
    return
      "worker '\(identity.name)' may serve \((identity.kinds ?? []).joined(separator: ", ")) only, as its token said, and offers '\(other)'; start it with --kinds \((identity.kinds ?? []).joined(separator: ","))"
  }

  /// The stream has ended.
  private func depart(_ session: WorkerSession, said goodbye: Bool) async {
    guard let sharing = context.store.sharing else {
      await pause(session)
      context.registry.disconnected(session, said: goodbye)
      return context.hungry.forget(session)
    }
    context.hungry.forget(session)
    guard let renewal = context.registry.disconnected(session, said: goodbye) else { return }
    do {
      try await sharing.leaveSession(renewal, goodbye: goodbye)
    } catch {
      context.registry.noteLeaving(renewal)
    }
    // It may come back to another coordinator, which has not told it.
    if session.owesDrain, !goodbye { _ = try? await sharing.post(.drain, to: session.facts.name) }
  }

  /// Nothing is handed to a worker without a connection, and nothing waits for it rather than for another.
  private func pause(_ session: WorkerSession) async {
    let name = session.facts.name
    guard context.registry.live(name) === session else { return }
    try? await context.store.setAccepting(false, worker: name)
    // Its next stream may have come meanwhile; what it said goes.
    if let next = context.registry.live(name), next !== session, !next.isDraining {
      try? await context.store.setAccepting(true, worker: name)
    }
  }

  /// Frames both ways until either side leaves.
  ///
  /// - Returns: whether the worker said goodbye.
  private func serve(
    _ session: WorkerSession, _ frames: FrameReader, _ response: WatchedWriter<Muster_V1_CoordinatorFrame>,
    version: UInt32, stale: [Token]
  ) async throws -> Bool {
    let facts = session.facts
    try await response.write(.with { $0.welcome = self.welcome(facts, version: version, stale: stale) })
    do {
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await session.pump(response) }
        group.addTask {
          let intake = FrameIntake(session: session, context: self.context)
          while let frame = try await frames.next() {
            if case .batch(let batch)? = frame.frame { try await intake.take(batch) }
          }
        }
        // Whichever side ends, ends the other: a session that was closed must not read on.
        try await group.next()
        session.close()
        group.cancelAll()
        while !group.isEmpty { try? await group.next() }
      }
    } catch {
      self.context.logger.info("a worker's stream broke", metadata: ["worker": "\(facts.name)", "error": "\(error)"])
      throw error
    }
    // Closed from here: its lease was lost, another stream took its place, or this coordinator stops. Not a goodbye.
    if session.wasClosedHere {
      throw RPCError(code: .unavailable, message: "this stream was closed by the coordinator; connect again")
    }
    guard session.isGoodbye, try await isStillHere(session) else { return false }
    try await answering { try await self.context.store.dismiss(worker: facts.name, reason: "the worker left") }
    return true
  }

  /// Lets the worker in and brings its and the store's view of its attempts together.
  ///
  /// - Returns: attempts that the worker should stop.
  private func open(_ session: WorkerSession, _ hello: Muster_V1_WorkerHello) async throws -> [Token] {
    let facts = session.facts
    let name = facts.name
    let isReplaced = try await letIn(session)
    return try await answering {
      let worker = RosterWorker(
        name: name, kinds: Set(facts.kinds),
        capacity: Needs(slots: facts.slots, memory: facts.memory, gpus: facts.gpus),
        prefetchLimit: RunTimesBound.largest, setAside: context.conduct.rules(for: name))
      try await context.store.enroll(worker)
      let told = Set(hello.attempts.map(Token.init))
      let started = hello.attempts.filter(\.started).map(Token.init)
      let held = Set(try await context.store.held(by: name))
      // An assignment that the worker never got: it goes back to the queue. Had it started, the worker would know it.
      let lost = held.subtracting(told).map {
        EndReport(
          token: $0, end: .lost,
          error: isReplaced ? "its worker was started anew" : "its worker lost the assignment with its connection")
      }
      // What another coordinator has handed to it since it went there is not lost.
      if !lost.isEmpty, try await !isStillHere(session) {
        throw RPCError(code: .unavailable, message: "worker '\(name)' has connected anew meanwhile")
      }
      if !lost.isEmpty || !started.isEmpty {
        _ = try await context.store.exchange(
          Exchange(worker: name, started: started.filter { held.contains($0) }, ends: lost))
      }
      // What was asked of its last connection holds for this one.
      if session.isDraining { try await context.store.setAccepting(false, worker: name) }
      session.holds(held.intersection(told))
      session.tells(told)
      let others = told.subtracting(held)
      return others.isEmpty ? [] : Array(others.subtracting(try await context.store.usable(Array(others))))
    }
  }

  /// Has the sessions' keeper let the worker in: the registry, or a store that several coordinators share.
  ///
  /// - Returns: whether it took the place of another process of its name, whose attempts are lost.
  private func letIn(_ session: WorkerSession) async throws -> Bool {
    let facts = session.facts
    let answer: ConnectAnswer
    if let sharing = context.store.sharing {
      answer = try await answering {
        try await sharing.openSession(
          SessionGreeting(
            name: facts.name, session: facts.session, generation: facts.generation, kinds: facts.kinds,
            capacity: Needs(slots: facts.slots, memory: facts.memory, gpus: facts.gpus), build: facts.build))
      }
    } else {
      answer = context.registry.connect(session)
    }
    switch answer {
    case .refused(let reason): throw RPCError(code: .alreadyExists, message: reason)
    case .opened, .resumed, .replaced: break
    }
    let isReplaced = if case .replaced = answer { true } else { false }
    guard let sharing = context.store.sharing else {
      guard isReplaced else { return false }
      try await answering {
        try await context.store.dismiss(worker: facts.name, reason: "its worker was started anew")
      }
      return true
    }
    guard context.registry.admit(session) else {
      throw RPCError(
        code: .alreadyExists,
        message: "worker '\(facts.name)' greeted with connection number \(facts.generation), but a later one is here")
    }
    try await answering { try await context.conduct.takeOver(facts.name, from: sharing) }
    return isReplaced
  }

  /// Whether a session that was let in is still this coordinator's. Always so where the store has but one.
  private func isStillHere(_ session: WorkerSession) async throws -> Bool {
    guard let sharing = context.store.sharing else { return true }
    guard context.registry.live(session.facts.name) === session else { return false }
    let renewal = context.registry.renewal(of: session)
    return try await answering { try await sharing.renewSessions([renewal]).isEmpty }
  }

  private func welcome(_ facts: WorkerFacts, version: UInt32, stale: [Token]) -> Muster_V1_CoordinatorWelcome {
    .with {
      $0.protocol = version
      $0.build = MusterBuild.version
      $0.heartbeatMilliseconds = UInt64(max(context.configuration.heartbeat.wholeMilliseconds, 1))
      $0.stale = stale.map(\.reference)
      $0.storeID = context.store.id
      $0.maxResult = UInt64(context.configuration.maxResult)
      let kinds = context.kinds.filter { facts.kinds.contains($0.name) }
      $0.kinds = kinds.map { $0.message(withExecutors: facts.acceptsKinds) }
    }
  }
}

/// How many attempts a worker of this protocol may hold ahead of those that run; the book decides within it.
enum RunTimesBound {
  static let largest = 1024
}

/// The frames of one stream, read by one task at a time: first for the greeting, then for the rest.
private final class FrameReader: @unchecked Sendable {
  private var iterator: RPCAsyncSequence<Muster_V1_WorkerFrame, any Error>.AsyncIterator

  init(_ frames: RPCAsyncSequence<Muster_V1_WorkerFrame, any Error>) { iterator = frames.makeAsyncIterator() }

  func next() async throws -> Muster_V1_WorkerFrame? { try await iterator.next() }
}
