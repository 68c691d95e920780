import Coordinator
import CoordinatorAPI
import Executors
import MusterCore
import PostgreSQL
import Settings
import TaskStore
import Trust

/// Makes a coordinator out of its settings.
struct CoordinatorParts {
  let settings: CoordinatorSettings
  let logs: Logs

  /// Opens the store and makes the service, which closes the store when it ends.
  ///
  /// - Parameter listening: told the addresses once all are served.
  /// - Throws: ``StoreError``, or ``CommandError`` if its database does not let the coordinator in.
  func service(
    _ executors: ExecutorHost, listening: @escaping @Sendable (CoordinatorService.Addresses) -> Void
  ) async throws -> CoordinatorService {
    CoordinatorService(
      configuration: try configuration(), store: try await store(), executors: executors,
      logger: logs.logger("coordinator"),
      onListening: listening)
  }

  private func store() async throws -> any TaskStore {
    switch settings.store {
    case .sqlite(let path):
      let place = EmbeddedPlace(path: path, state: settings.state)
      return try EmbeddedStore(folder: place.folder, file: place.file, logger: logs.logger("store"))
    case .postgres(let target): return try await postgres(target, outer: .none)
    case .proverCluster(let target):
      return try await postgres(target, outer: .proverCluster(latestFirst: settings.provingOrder == .latest))
    }
  }

  private func postgres(_ target: DatabaseTarget, outer: PostgresStore.Options.Outer) async throws -> PostgresStore {
    try await PostgresOpening(
      target: target,
      options: PostgresStore.Options(
        address: AdvertisedAddress.of(settings, host: ThisProgram.hostName), build: MusterBuild.version,
        heartbeat: settings.heartbeat, outer: outer,
        compatMaxMessage: Int(clamping: settings.compatMaxMessage), maxInput: Int(clamping: settings.maxInput)),
      logger: logs.logger("store")
    ).open()
  }

  /// The folder with the authority and the certificates.
  var trust: TrustFolder { TrustFolder(settings.trustFolder) }

  private func configuration() throws -> CoordinatorConfiguration {
    var configuration = CoordinatorConfiguration(
      listeners: settings.listeners.map { listener in
        CoordinatorConfiguration.Listener(
          host: listener.address.host, port: listener.address.port,
          services: Set(listener.protocols.map { $0 == .muster ? .muster : .original }), tls: listener.tls,
          allow: listener.allow, originalKinds: listener.originalKinds)
      },
      http: settings.http.map { ($0.host, $0.port) }, kinds: settings.kinds, heartbeat: settings.heartbeat,
      verifySlots: settings.verifySlots, maxInput: Int(clamping: settings.maxInput),
      maxResult: Int(clamping: settings.maxResult), compatMaxMessage: Int(clamping: settings.compatMaxMessage),
      maxLog: Int(clamping: settings.limits.maxLog), keep: settings.keep)
    configuration.limits = CoordinatorConfiguration.Limits(settings.limits)
    let files = FileLimit.raise()
    if configuration.limits.connections.connections > files - FileLimit.reserve {
      configuration.limits.connections.connections = max(files - FileLimit.reserve, 64)
      logs.logger("coordinator").notice(
        "This process may have \(files) files open, so that at most \(configuration.limits.connections.connections) connections are taken; raise the limit (ulimit -n, LimitNOFILE) for more."
      )
    }
    configuration.httpIsGuarded = settings.httpIsGuarded
    if settings.hasTrust, settings.httpIsGuarded || settings.listeners.contains(where: \.tls) {
      configuration.trust = try trust.setup(store: try trustStore(), lifetime: settings.certificateLifetime)
      configuration.auditPath = "\(settings.state)/audit.log"
    }
    return configuration
  }

  /// Beside the tasks where several coordinators share them, else in the folder with the certificates.
  private func trustStore() throws -> any TrustStore {
    switch settings.store {
    case .sqlite: try EmbeddedTrustStore(path: trust.storePath)
    case .postgres(let target), .proverCluster(let target):
      PostgresTrustStore(try PostgresTarget(target.reveal()))
    }
  }

  /// Where clients of Muster's own protocol on this machine find the coordinator, out of the addresses that are served.
  ///
  /// One without TLS first: there nobody asks who calls.
  func ownPlace(_ served: CoordinatorService.Addresses) -> CoordinatorPlace? {
    let places = zip(settings.listeners, served.grpc).filter { $0.0.protocols.contains(.muster) }
    for (listener, text) in places.filter({ !$0.0.tls }) + places.filter(\.0.tls) {
      guard let address = try? CoordinatorAddress(parsing: text) else { continue }
      // An address that stands for all of the machine's is none to connect to.
      let host = ["0.0.0.0": "127.0.0.1", "::": "::1"][address.host] ?? address.host
      return CoordinatorPlace(
        address: CoordinatorAddress(host: host, port: address.port), trust: listener.tls ? trust : nil)
    }
    return nil
  }
}

extension CoordinatorConfiguration.Limits {
  init(_ settings: LimitSettings) {
    self.init(
      connections: .init(
        connections: settings.maxConnections, connectionsPerAddress: settings.maxConnectionsPerAddress,
        handshakes: settings.maxHandshakes, handshakesPerAddress: settings.maxHandshakesPerAddress),
      streams: settings.maxStreams,
      backlog: Backlog(tasks: settings.maxBacklog, bytes: Int(clamping: settings.maxBacklogSize)),
      slowReader: settings.slowReader, followed: settings.maxFollowed)
  }
}
