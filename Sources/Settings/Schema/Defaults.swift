/// What holds when nothing is said.
enum Defaults {
  static let state = ".muster"
  static let databaseName = "muster.db"
  static let http = NetworkAddress(host: "127.0.0.1", port: Ports.http)
  static let address = NetworkAddress(host: "127.0.0.1", port: Ports.muster)
  /// In the state directory.
  static let trustFolder = "trust"
  static let serverCertificate = "server.pem"
  static let identityFolder = "identity"
  static let certificateLifetime: Duration = .seconds(30 * 86_400)
  static let heartbeat: Duration = .seconds(5)
  static let maxInput: UInt64 = 16 << 20
  static let maxResult: UInt64 = 64 << 20
  static let compatMaxMessage: UInt64 = 4 << 20
  static let keep: Duration = .seconds(7 * 86_400)
  static let workers = 1
  static let drainTimeout: Duration = .seconds(300)
  static let pollInterval: Duration = .seconds(10)
}
