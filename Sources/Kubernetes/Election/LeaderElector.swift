import Logging
import MusterCore
import Synchronization

/// Lets one of several programs lead, by a Lease in the cluster.
///
/// At most one leads at a time, as long as clocks run equally fast and a program stops when it is told to: the leader is
/// stopped after `renewDeadline` without a renewal, and another begins after `leaseDuration` at the earliest. A program
/// that is suspended in between does not know; what must never happen twice needs a check of its own.
public final class LeaderElector: Sendable {
  private struct State {
    var machine: ElectionMachine
    /// The lease as it was last read or written.
    var lease: DynamicObject?
    /// A write was begun whose answer has not come: it may have been carried out, also when its task was cancelled.
    var isWriteOpen = false
    var toldLeader: String?
  }

  private let leases: ResourceClient<DynamicObject>
  private let name: String
  private let logger: Logger?
  private let onLeader: @Sendable (String) -> Void
  private let state: Mutex<State>

  /// - Parameters:
  ///   - lease: the name of the Lease; created if there is none.
  ///   - identity: of this candidate; another one for each, as the pod's name.
  ///   - onLeader: is told who leads, whenever that changes.
  public init(
    _ client: KubernetesClient, lease: String, in namespace: String, identity: String, settings: ElectionSettings,
    logger: Logger? = nil, onLeader: @escaping @Sendable (String) -> Void = { _ in }
  ) {
    // A client of its own over the same transport: a renewal must not wait behind a busy program's rate limit (the retry
    // period is limit enough), and a connection that is dead has to be noticed while there is time for another.
    var behaviour = client.behaviour
    behaviour.requestsPerSecond = 0
    behaviour.patience = min(behaviour.patience, settings.renewDeadline / 2)
    let own = KubernetesClient(
      transport: client.transport, namespace: client.namespace, behaviour: behaviour, time: client.time)
    leases = own.resources(DynamicObject.self, of: LeaseRecord.resource, in: namespace)
    name = lease
    self.logger = logger
    self.onLeader = onLeader
    state = Mutex(State(machine: ElectionMachine(identity: identity, settings: settings)))
  }

  /// Whether this one leads, as far as its own clock can tell.
  public var isLeading: Bool {
    let now = time.moment()
    return state.withLock { state in
      state.machine.tick(now: now)
      return state.machine.isLeading
    }
  }

  /// Who leads, as far as is known.
  public var leader: String? { state.withLock { $0.machine.leader } }

  /// Waits until this one leads, runs `lead`, and gives the lease back when it has ended. Until then the lease is renewed,
  /// also while `lead` still ends after the task was cancelled.
  ///
  /// - Parameter lead: is cancelled when the lead is lost or the task is cancelled, and has to end then.
  /// - Returns: what `lead` returns.
  /// - Throws: what `lead` throws; ``KubernetesError`` (`deadline`) when the lead was lost; `refused` when leases may not
  ///   be read or written; `CancellationError`.
  public func run<Result: Sendable>(_ lead: @escaping @Sendable () async throws -> Result) async throws -> Result {
    do {
      try await acquire()
    } catch {
      await release()
      throw error
    }
    let leading = Task { try await lead() }
    // A task of its own: who is cancelled leads until `lead` has returned, and has to renew until then.
    let renewing = Task {
      let loss = await self.stayLeader()
      leading.cancel()
      return loss
    }
    let result = await withTaskCancellationHandler {
      await leading.result
    } onCancel: {
      leading.cancel()
    }
    renewing.cancel()
    let loss = await renewing.value
    if let loss { throw loss }
    await release()
    return try result.get()
  }

  private var time: any Timekeeper { leases.client.time }
  private var settings: ElectionSettings { state.withLock { $0.machine.settings } }

  private func acquire() async throws {
    while true {
      try await attempt(within: settings.renewDeadline)
      if isLeading { return }
      // Candidates spread, so that they do not all come in the same moment.
      try await time.sleep(for: settings.retryPeriod * Double.random(in: 1...1.2))
    }
  }

  /// - Returns: why the lead was lost; nil when the task was cancelled.
  private func stayLeader() async -> KubernetesError? {
    while !Task.isCancelled {
      let end = state.withLock { $0.machine.mustRenewBy }
      do {
        try await time.sleep(until: min(time.moment() + settings.retryPeriod, end))
        let left = end - time.moment()
        if left > .zero { try await attempt(within: left) }
      } catch {
        // Only cancelled: while this one leads, an attempt throws no other.
        if error is CancellationError { return nil }
      }
      guard isLeading else { return lost() }
    }
    return nil
  }

  /// One look at the lease, and one write if there is reason for it. Errors that may pass are left for the next attempt.
  private func attempt(within limit: Duration) async throws {
    do {
      try await Deadline.run(within: limit, time: time, sentence: "the lease could not be written in time") {
        try await self.step()
      }
    } catch let error as KubernetesError {
      let code = error.status?.code ?? 0
      let mayPass = error.code != .refused || error.isConflict || error.isAlreadyExists || code == 429 || code >= 500
      // A leader's right to the lease may come back before its time is over; a candidate has to be told.
      guard mayPass || isLeading else { throw error }
      state.withLock { $0.lease = nil }
      logger?.warning("a lease was not renewed", metadata: ["lease": "\(name)", "error": "\(error)"])
    }
    tell()
  }

  private func step() async throws {
    let known = state.withLock { $0.machine.isLeading ? $0.lease : nil }
    let current: DynamicObject?
    if let known { current = known } else { current = try await read() }
    let move = state.withLock { state in
      if known == nil { state.machine.saw(current.map { LeaseRecord($0) }, now: time.moment()) }
      return state.machine.move(now: time.moment(), wall: time.timestamp())
    }
    guard case .write(let record) = move else { return }
    try await write(record, over: current)
  }

  private func read() async throws -> DynamicObject? {
    do {
      return try await leases.get(name)
    } catch let error as KubernetesError where error.isNotFound {
      return nil
    }
  }

  private func write(_ record: LeaseRecord, over current: DynamicObject?) async throws {
    let begun = time.moment()
    var lease = current ?? DynamicObject(LeaseRecord.resource, name: name, namespace: leases.namespace)
    record.write(to: &lease)
    state.withLock { $0.isWriteOpen = true }
    // The version in it makes the server refuse the write if another candidate was faster.
    let written = current == nil ? try await leases.create(lease) : try await leases.replace(lease)
    let now = time.moment()
    state.withLock { state in
      state.lease = written
      state.isWriteOpen = false
      state.machine.wrote(LeaseRecord(written), begun: begun, now: now)
    }
  }

  /// Gives the lease back, also when the task is cancelled: the next leader need not wait then.
  private func release() async {
    let isNeeded = state.withLock { $0.isWriteOpen || $0.machine.isLeading }
    guard isNeeded else { return }
    let name = name
    let logger = logger
    await Task {
      do {
        try await Deadline.run(within: .seconds(5), time: SystemTime(), sentence: "the lease could not be given back") {
          try await self.giveBack()
        }
      } catch {
        logger?.warning("a lease was not given back", metadata: ["lease": "\(name)", "error": "\(error)"])
      }
    }.value
  }

  private func giveBack() async throws {
    let known = state.withLock { $0.isWriteOpen ? nil : $0.lease }
    let current: DynamicObject?
    // The server may have a newer version than the one known here: a renewal that was cut by the cancellation.
    if let known { current = known } else { current = try await read() }
    guard let current else { return }
    let record = state.withLock { $0.machine.release(LeaseRecord(current), wall: time.timestamp()) }
    guard let record else { return }
    try await write(record, over: current)
  }

  private func tell() {
    let leader: String? = state.withLock { state in
      guard let leader = state.machine.leader, leader != state.toldLeader else { return nil }
      state.toldLeader = leader
      return leader
    }
    if let leader { onLeader(leader) }
  }

  private func lost() -> KubernetesError {
    let leader = leader.map { "'\($0)' leads now" } ?? "nobody is known to lead"
    return KubernetesError(
      .deadline,
      "the lead by lease '\(name)'\(leases.place) was lost, for it could not be renewed within "
        + "\(settings.renewDeadline.wholeMilliseconds) ms (\(leader)); begin as a candidate again")
  }
}
