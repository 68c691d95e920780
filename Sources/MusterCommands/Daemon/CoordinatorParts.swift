import Coordinator
import CoordinatorAPI
import Executors
import MusterCore
import Settings
import TaskStore

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
      configuration: configuration, store: try await store(), executors: executors, logger: logs.logger("coordinator"),
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

  private var configuration: CoordinatorConfiguration {
    CoordinatorConfiguration(
      listeners: settings.listeners.map { listener in
        CoordinatorConfiguration.Listener(
          host: listener.address.host, port: listener.address.port,
          services: Set(listener.protocols.map { $0 == .muster ? .muster : .original }))
      },
      http: settings.http.map { ($0.host, $0.port) }, kinds: settings.kinds, heartbeat: settings.heartbeat,
      verifySlots: settings.verifySlots, maxInput: Int(clamping: settings.maxInput),
      maxResult: Int(clamping: settings.maxResult), compatMaxMessage: Int(clamping: settings.compatMaxMessage),
      keep: settings.keep)
  }

  /// Where clients of Muster's own protocol on this machine find the coordinator, out of the addresses that are served.
  func ownAddress(_ served: CoordinatorService.Addresses) -> CoordinatorAddress? {
    for (listener, text) in zip(settings.listeners, served.grpc) where listener.protocols.contains(.muster) {
      guard let address = try? CoordinatorAddress(parsing: text) else { continue }
      // An address that stands for all of the machine's is none to connect to.
      let host = ["0.0.0.0": "127.0.0.1", "::": "::1"][address.host] ?? address.host
      return CoordinatorAddress(host: host, port: address.port)
    }
    return nil
  }
}
