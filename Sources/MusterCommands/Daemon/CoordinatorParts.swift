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
  /// - Parameter listening: told the addresses, in the order of the listeners, once all are served.
  /// - Throws: ``StoreError``, ``CommandError``.
  func service(
    _ executors: ExecutorHost, listening: @escaping @Sendable ([String]) -> Void
  ) throws -> CoordinatorService {
    let store = try EmbeddedStore(folder: try storeFolder(), logger: logs.logger("store"))
    return CoordinatorService(
      configuration: configuration, store: store, executors: executors, logger: logs.logger("coordinator"),
      onListening: listening)
  }

  /// The embedded store keeps payloads and a lock beside its file, and gives the file its name.
  private func storeFolder() throws -> String {
    guard case .sqlite(let path) = settings.store else { return settings.state }
    let name = "/muster.db"
    guard path.hasSuffix(name) else {
      throw CommandError(
        .notAvailable,
        "the store '\(settings.store)' cannot have this name: the embedded store calls its file muster.db; "
          + "give sqlite:FOLDER/muster.db",
        details: ["store": settings.store.description])
    }
    return String(path.dropLast(name.count))
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
      maxResult: Int(clamping: settings.maxResult), compatMaxMessage: Int(clamping: settings.compatMaxMessage))
  }

  /// Where clients of Muster's own protocol on this machine find the coordinator, out of the addresses that are served.
  func ownAddress(_ served: [String]) -> CoordinatorAddress? {
    for (listener, text) in zip(settings.listeners, served) where listener.protocols.contains(.muster) {
      guard let address = try? CoordinatorAddress(parsing: text) else { continue }
      // An address that stands for all of the machine's is none to connect to.
      let host = ["0.0.0.0": "127.0.0.1", "::": "::1"][address.host] ?? address.host
      return CoordinatorAddress(host: host, port: address.port)
    }
    return nil
  }
}
