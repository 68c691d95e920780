import CoordinatorAPI
import Executors
import GRPCCore
import GRPCNIOTransportHTTP2
import Hummingbird
import Logging
import MusterCore
import ServiceLifecycle
import Synchronization
import TaskModel
import TaskStore

/// A coordinator: keeps tasks in its store, leases them to workers, verifies and stores their results.
///
/// Serves gRPC on its listeners and health over HTTP until it is shut down gracefully: then workers are told nothing more,
/// what runs goes on on the workers (they keep their tasks and reconnect to the next coordinator), and the store is closed.
public final class CoordinatorService: Service {
  private let context: CoordinatorContext
  private let verification: VerificationQueue
  private let judge: ResultJudge
  private let leases = OriginalLeases()
  /// Nil where the store has but one coordinator.
  private let errands: ErrandDesk?
  private let stopping = Bell()
  private let onListening: @Sendable (Addresses) -> Void

  /// Where a coordinator is served, as `HOST:PORT`, with the ports that it got where any free one was asked for.
  public struct Addresses: Sendable, Hashable {
    /// In the order of the configuration's listeners.
    public var grpc: [String]
    /// Nil: not served.
    public var http: String?

    public init(grpc: [String], http: String?) {
      self.grpc = grpc
      self.http = http
    }
  }

  /// - Parameters:
  ///   - executors: runs the verifiers.
  ///   - onListening: called once with every address that is served, when all are.
  public init(
    configuration: CoordinatorConfiguration, store: any TaskStore, executors: ExecutorHost,
    time: any Timekeeper = SystemTime(), logger: Logger, onListening: @escaping @Sendable (Addresses) -> Void = { _ in }
  ) {
    context = CoordinatorContext(configuration: configuration, store: store, time: time, logger: logger)
    judge = ResultJudge(
      host: executors, timeout: configuration.verifyTimeout, slots: SlotLimit(configuration.verifySlots))
    verification = VerificationQueue(context: context, judge: judge)
    errands = store.sharing.map { [context] in ErrandDesk(context: context, sharing: $0) }
    self.onListening = onListening
  }

  /// Treats kinds by new definitions from now on; for SIGHUP.
  public func reload(kinds: [KindDefinition]) async throws {
    try await context.replaceKinds(kinds)
    context.logger.notice("read the kinds anew", metadata: ["kinds": "\(kinds.map(\.name))"])
  }

  /// The gRPC services of this coordinator, for a transport of the caller's (tests use one in the same process).
  ///
  /// - Parameter originalKinds: the only kinds for callers of the original protocol; nil: any.
  public func services(
    _ names: Set<CoordinatorConfiguration.Listener.ServiceName>, originalKinds: [String]? = nil
  ) -> [any RegistrableRPCService] {
    var services: [any RegistrableRPCService] = []
    if names.contains(.muster) {
      services.append(BoundedCalls(api: MusterAPI(context: context, verification: verification)))
      services.append(TrustAPI(context: context))
    }
    if names.contains(.original) {
      services.append(ClusterAPI(context: context, judge: judge, leases: leases, kinds: originalKinds))
    } else {
      services.append(RefusedClusterAPI())
    }
    return services
  }

  /// What was refused since the start, by reason.
  var refusals: [String: UInt64] { context.refusals.all }
  /// Tasks that somebody follows.
  var followedCount: Int { context.followers.watchedCount }
  /// Connections to all listeners.
  var connectionCount: Int { context.ledger.connections }

  /// What stands before the services when they are served in one process, without a network: everybody is trusted.
  public static var inProcessInterceptors: [any ServerInterceptor] { [CallerInterceptor(door: nil)] }

  public func run() async throws {
    let result: Result<Void, any Error>
    do {
      try await prepare()
      try await serve()
      result = .success(())
    } catch {
      result = .failure(error)
    }
    await context.store.close()
    await context.office?.setup.store.close()
    context.audit.flush()
    try result.get()
  }

  private enum Part { case server, other }

  private struct Served {
    let listener: CoordinatorConfiguration.Listener
    let transport: Listening.Transport
    let server: GRPCServer<Listening.Transport>
  }

  /// - Throws: ``CoordinatorError`` if the listener wants TLS and there is nothing to do it with.
  private func open(_ listener: CoordinatorConfiguration.Listener) throws -> Door {
    guard !listener.tls || context.office != nil else {
      throw CoordinatorError(
        .badConfiguration,
        "\(listener.host):\(listener.port) is to speak TLS, and there is no certificate; make one with 'muster coordinator init'"
      )
    }
    let door = Door(
      listener, guardian: listener.tls ? context.office?.guardian : nil, ledger: context.ledger,
      refusals: context.refusals, time: context.time)
    context.doors.add(door)
    return door
  }

  private func serve() async throws {
    let configuration = context.configuration
    let servers = try configuration.listeners.map { listener in
      let transport = try Listening.transport(for: try open(listener), of: configuration)
      return Served(
        listener: listener, transport: transport,
        server: GRPCServer(
          transport: transport, services: services(listener.services, originalKinds: listener.originalKinds),
          interceptors: [CallerInterceptor(door: context.doors.all.last)]))
    }
    let (httpAddress, httpIsServed) = AsyncStream<String>.makeStream()
    try await withGracefulShutdownHandler {
      try await withThrowingTaskGroup(of: Part.self) { group in
        for served in servers {
          group.addTask {
            do {
              try await served.server.serve()
              return .server
            } catch {
              throw CoordinatorError.cannotListen(
                on: served.listener.host, served.listener.port, flag: "--listen", error)
            }
          }
        }
        group.addTask {
          await self.announce(servers.map(\.transport), http: configuration.http == nil ? nil : httpAddress)
        }
        group.addTask {
          await self.runBackground()
          return .other
        }
        group.addTask { try await self.boundStop() }
        if let http = configuration.http {
          group.addTask { try await self.serveHealth(http) { httpIsServed.yield($0) } }
        }
        // All of them end by themselves at a graceful shutdown; what goes on beside them ends with them.
        var serving = servers.count + (configuration.http == nil ? 0 : 1)
        while serving > 0, let part = try await group.next() { if part == .server { serving -= 1 } }
        group.cancelAll()
      }
    } onGracefulShutdown: {
      for served in servers { served.server.beginGracefulShutdown() }
      for session in self.context.registry.liveSessions { session.shut() }
      self.context.followers.shut()
      self.stopping.ring()
    }
  }

  /// A client that never ends its stream must not keep a stopping coordinator alive.
  private func boundStop() async throws -> Part {
    await stopping.wait()
    try await context.time.sleep(for: context.configuration.drainTimeout)
    throw CoordinatorError(.stopTimedOut, "some clients did not end their calls in time; they were cut off")
  }

  /// Everything that must stand before the first request is served. For tests that bring their own transport.
  public func prepare() async throws {
    if let office = context.office {
      try await office.adopt(office.setup.madeBeside)
      try await office.learnRevocations()
    }
    try await context.replaceKinds(context.configuration.kinds)
    context.store.setSignalHandler { [context, verification, leases, errands] signal in
      for (kind, count) in signal.ready { context.hungry.wake(kind: kind, count: count) }
      context.followers.announce(signal.ended)
      for stop in signal.stops {
        context.registry.live(stop.worker)?.stop(stop.token)
        if OriginalProver.isRosterName(stop.worker) { leases.end(stop.token) }
      }
      if !signal.unverified.isEmpty { verification.add(signal.unverified) }
      if !signal.errands.isEmpty { errands?.add(signal.errands) }
      // Asked anew rather than believed: the worker may have come back here before this was told.
      if !signal.gone.isEmpty { context.sessionsAreInDoubt.set(true) }
    }
    // A shared store has the sessions and leases of all who hold something.
    if context.store.sharing == nil { try await expectHolders() }
    verification.add(try await context.store.unverified())
  }

  private func expectHolders() async throws {
    for holder in try await context.store.holders() {
      if let kind = OriginalProver.kind(of: holder) {
        try await adopt(holder, kind: kind)
      } else {
        context.registry.expect(holder)
      }
    }
  }

  /// A prover of the original protocol that holds tasks from before the start keeps them for another lease.
  private func adopt(_ holder: String, kind name: String) async throws {
    let kind = context.kind(name) ?? KindDefinition(name: name)
    leases.polled(holder, at: context.time.moment())
    try await ClusterAPI(context: context, judge: judge, leases: leases).enroll(holder, kind: kind)
    for token in try await context.store.held(by: holder) {
      leases.grant(token, worker: holder, until: context.time.moment() + kind.lease)
    }
  }

  /// What goes on beside the servers: verification, timers, leases, retention. Until cancelled.
  public func runBackground() async {
    let context = context
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await self.verification.run() }
      group.addTask { await Housekeeping(context: context, leases: self.leases).run() }
      group.addTask { await Retention(context: context).run() }
      group.addTask { await TrustUpkeep(context: context).run() }
      guard let sharing = context.store.sharing else { return }
      group.addTask { await SessionRenewals(context: context, sharing: sharing).run() }
      group.addTask { await self.errands?.run() }
      group.addTask { await EndLookups(context: context).run() }
      group.addTask { await context.conduct.lookAtOthers(sharing) }
    }
  }

  /// Tells the addresses once all servers listen. A server that cannot says so itself.
  private func announce(
    _ servers: [Listening.Transport], http: AsyncStream<String>?
  ) async -> Part {
    var addresses = Addresses(grpc: [], http: nil)
    for server in servers {
      guard let address = await server.listeningAddress else { return .other }
      addresses.grpc.append(Listening.text(address))
    }
    if let http {
      guard let address = await http.first(where: { _ in true }) else { return .other }
      addresses.http = address
    }
    onListening(addresses)
    return .other
  }

  private func serveHealth(
    _ http: (host: String, port: Int), onServing: @escaping @Sendable (String) -> Void
  ) async throws -> Part {
    do {
      try await HealthApplication.make(
        context: context, verification: verification, host: http.host, port: http.port, onServing: onServing
      ).run()
      return .server
    } catch {
      throw CoordinatorError.cannotListen(on: http.host, http.port, flag: "--http", error)
    }
  }
}
