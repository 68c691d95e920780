import CoordinatorAPI
import GRPCCore
import Logging
import MusterCore
import Synchronization

/// One connection of a worker to a coordinator, from the hello to its end.
struct CoordinatorConnection {
  /// Why a connection is over.
  enum Ending {
    /// The worker has left, as it wanted.
    case left
    /// The coordinator has asked to connect anew, and all is done that must be done before.
    case moved
    /// It can be tried again.
    case lost(reason: String, wasUp: Bool)
    /// It would be refused again.
    case refused(WorkerError)
  }

  /// The peer answers nothing in this time: not a welcome to a hello, not the end of the stream to ours.
  static let patience: Duration = .seconds(10)

  let core: WorkerCore
  let address: CoordinatorAddress
  let security: @Sendable (CoordinatorAddress) throws -> ConnectionSecurity
  let time: any Timekeeper
  let logger: Logger
  /// Look why nobody answers: at the first time of an outage, and not with a connection more at each try of thousands.
  let explains: Bool
  /// Called when the welcome has come.
  let onWelcome: @Sendable () -> Void
  /// Called when the coordinator has let the worker go, and it has not gone yet: nobody takes it where it is to go, with what was
  /// seen, or (nil) it finishes first what it runs.
  let onStaying: @Sendable (String?) -> Void
  /// This connection has done its part, and another is to be made.
  private let moved = Latch()
  /// The calls over this very connection, once it is there.
  private let here = Here()

  private final class Here: Sendable {
    let calls = Mutex<(any Muster_V1_Muster.ClientProtocol)?>(nil)
  }

  init(
    core: WorkerCore, address: CoordinatorAddress,
    security: @escaping @Sendable (CoordinatorAddress) throws -> ConnectionSecurity, time: any Timekeeper,
    logger: Logger, explains: Bool, onWelcome: @escaping @Sendable () -> Void,
    onStaying: @escaping @Sendable (String?) -> Void = { _ in }
  ) {
    self.core = core
    self.address = address
    self.security = security
    self.time = time
    self.logger = logger
    self.explains = explains
    self.onWelcome = onWelcome
    self.onStaying = onStaying
  }

  func run() async -> Ending {
    let welcomed = Latch()
    let result: Result<Void, any Error>
    var report: PeerReport?
    var security = ConnectionSecurity.plaintext
    do {
      security = try self.security(address)
      report = PeerReport(security, address)
      try await converse(welcomed, security, report)
      result = .success(())
    } catch {
      result = .failure(error)
    }
    core.handle(.disconnected)
    if core.left.isOpen { return .left }
    if moved.isOpen { return .moved }
    switch result {
    case .success: return .lost(reason: "it closed the connection", wasUp: welcomed.isOpen)
    case .failure(let error as WorkerError): return .refused(error)
    case .failure(let error):
      if welcomed.isOpen { return .lost(reason: Self.reason(error), wasUp: true) }
      if let refusal = WorkerError.refusal(error, by: address) { return .refused(refusal) }
      if let refusal = report?.lastRefusal {
        return .lost(reason: PeerReport.sentence(refusal, at: address), wasUp: false)
      }
      // A coordinator may be started anew with TLS, or without: what stands between is said, and it is tried again.
      if explains, let standing = await APIError.standing(between: address, and: security, isWorker: true) {
        return .lost(reason: standing.message, wasUp: false)
      }
      return .lost(reason: Self.reason(error), wasUp: welcomed.isOpen)
    }
  }

  private func converse(_ welcomed: Latch, _ security: ConnectionSecurity, _ report: PeerReport?) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      defer { group.cancelAll() }
      group.addTask { try await call(welcomed, security, report) }
      group.addTask { try await watchGreeting(welcomed) }
      group.addTask { try await watchLeaving() }
      group.addTask { try await watchMoving() }
      // The watchers only ever end by throwing, and the call's end is the connection's.
      try await group.next()
    }
  }

  private func call(_ welcomed: Latch, _ security: ConnectionSecurity, _ report: PeerReport?) async throws {
    let transport = try CoordinatorTransport.make(to: address, security: security, report: report, keepalive: true)
    try await withCancellableClient(transport: transport) { client in
      let calls = Muster_V1_Muster.Client(wrapping: client)
      here.calls.withLock { $0 = calls }
      return try await calls.work { writer in
        try await write(to: writer)
      } onResponse: { response in
        try await read(response.messages, welcomed)
      }
    }
  }

  /// Takes frames whenever it is free, so that all that happened during a write goes out in one.
  private func write(to writer: RPCWriter<Muster_V1_WorkerFrame>) async throws {
    let hello = core.connect(to: address)
    try await writer.write(.with { $0.hello = hello })
    while true {
      // Looked at first: what was ready when the worker left is still taken.
      let isLast = core.left.isOpen || moved.isOpen
      while let batch = core.nextFrame() {
        var frame = Muster_V1_WorkerFrame()
        frame.batch = batch
        try await writer.write(frame)
      }
      if isLast { return }
      await core.bell.wait()
      try Task.checkCancellation()
    }
  }

  private func read(_ frames: RPCAsyncSequence<Muster_V1_CoordinatorFrame, any Error>, _ welcomed: Latch) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      defer { group.cancelAll() }
      for try await frame in frames {
        switch frame.frame {
        case .batch(let batch) where welcomed.isOpen: core.handle(.batch(batch))
        case .welcome(let welcome) where !welcomed.isOpen:
          try check(welcome)
          core.handle(.welcome(welcome))
          welcomed.open()
          onWelcome()
          group.addTask { try await beat() }
        case .welcome, .batch, nil:
          throw RPCError(code: .internalError, message: "it sent a frame that does not belong there")
        }
      }
    }
  }

  private func check(_ welcome: Muster_V1_CoordinatorWelcome) throws(WorkerError) {
    let own = ProtocolVersions.own
    guard (own.lowest...own.highest).contains(welcome.protocol) else {
      throw WorkerError(
        .protocolMismatch,
        "The coordinator at \(address) (muster \(welcome.build)) chose version \(welcome.protocol) of the protocol and "
          + "this worker (muster \(MusterBuild.version)) speaks \(own): upgrade the "
          + "\(welcome.protocol > own.highest ? "worker" : "coordinator").")
    }
  }

  /// Rings when nothing was sent for a heartbeat; the writer then finds that one is due.
  private func beat() async throws {
    var next = core.heartbeatDue
    while true {
      try await time.sleep(until: next)
      let now = time.moment()
      let due = core.heartbeatDue
      if now >= due {
        core.bell.ring()
        // Not `due` again: the writer may be busy, and asking it once is enough.
        next = now + core.heartbeat
      } else {
        next = due
      }
    }
  }

  private func watchGreeting(_ welcomed: Latch) async throws {
    try await time.sleep(for: Self.patience)
    guard welcomed.isOpen else {
      throw RPCError(code: .deadlineExceeded, message: "it did not answer within \(Self.patience)")
    }
    await Latch().wait()
  }

  /// A worker that has left closes its side; a peer that does not close the other is not waited for long.
  private func watchLeaving() async throws {
    await core.left.wait()
    if core.isUp { try await time.sleep(for: .seconds(2)) }
    throw CancellationError()
  }

  /// When the coordinator lets the worker go: looks where the address leads now, finishes here what is nothing to the store
  /// there, and closes this side.
  private func watchMoving() async throws {
    // One that nobody heard is of a connection before.
    while !core.isAskedToMove { await core.moveBell.wait(); try Task.checkCancellation() }
    let lookout = StoreLookout(address: address, security: security, time: time, logger: logger, onNobody: onStaying)
    // One that cannot be asked is on its way out: wherever the address leads, it is elsewhere.
    var present: StoreLookout.Answer?
    if let calls = here.calls.withLock({ $0 }) { present = try? await StoreLookout.ask(calls) }
    let found = try await lookout.find(besides: present)
    if let found, found == core.store {
      logger.info("The coordinator at \(address) lets this worker go; what runs goes along.")
      core.handle(.moveAlong)
    } else {
      let there = found == nil ? "\(address) does not tell its store" : "\(address) leads to another store now"
      logger.info("The coordinator lets this worker go, and \(there): what runs is finished here first.")
      onStaying(nil)
      core.handle(.finishBeforeMoving)
    }
    // One that was told to leave meanwhile never is, and ends with its goodbye.
    while !core.isReadyToMove { await core.movedBell.wait(); try Task.checkCancellation() }
    moved.open()
    core.bell.ring()
    // A peer that does not close its side is not waited for long.
    try await time.sleep(for: .seconds(2))
    throw CancellationError()
  }

  /// What the system said, as in "connection reset (error set): Connection refused) (errno: 111)": the transport itself says only that there is no
  /// connection.
  static func systemWords(of text: String) -> String? {
    guard let end = text.firstRange(of: " (errno: ")?.lowerBound else { return nil }
    var words = text[..<end].split(separator: ": ").last ?? text[..<end]
    while words.hasSuffix(")") { words.removeLast() }
    return words.isEmpty ? nil : words.prefix(1).lowercased() + words.dropFirst()
  }

  static func reason(_ error: any Error) -> String {
    guard let error = error as? RPCError else { return "\(error)" }
    if let cause = error.cause as? RPCError { return reason(cause) }
    if let cause = error.cause, let words = systemWords(of: "\(cause)") { return words }
    return error.message.isEmpty ? "\(error.code)" : error.message
  }
}
