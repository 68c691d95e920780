import TaskModel

/// Everything that a coordinator is told, decided and checked.
public struct CoordinatorSettings: Sendable {
  /// Never empty.
  public var listeners: [Listener]
  /// Nil: no HTTP.
  public var http: NetworkAddress?
  /// Whether HTTP asks for a token, and speaks TLS if there is a certificate: everywhere but on loopback.
  public var httpIsGuarded: Bool
  /// Absolute path of the folder with the authority and the coordinator's own certificate.
  public var trustFolder: String
  /// Whether there is a certificate in it.
  public var hasTrust: Bool
  /// Of the certificates that the coordinator signs.
  public var certificateLifetime: Duration
  public var limits: LimitSettings
  /// Where workers and commands on other machines find this coordinator; nil: where it listens.
  public var advertise: NetworkAddress?
  /// Absolute path of the state directory; it need not exist.
  public var state: String
  /// Its path is absolute.
  public var store: StoreLocation
  /// In which order rows of the prover cluster's table become tasks: `oldest` or `latest`.
  public var provingOrder: TaskOrder
  public var heartbeat: Duration
  /// 1 or more.
  public var verifySlots: Int
  /// Bytes.
  public var maxInput: UInt64
  /// Bytes.
  public var maxResult: UInt64
  /// Bytes; only for the original protocol.
  public var compatMaxMessage: UInt64
  /// The default of kinds that are not in a file, such as those that workers declare.
  public var keep: Duration
  public var kinds: [KindDefinition]
  public var log: LogSettings
  /// Whether an original coordinator.yaml, or its variables, were taken.
  public var isOriginal: Bool
  /// What the operator should know, one sentence each.
  public var warnings: [String]
  /// Every setting, for `config show`.
  public var shown: [ShownSetting]

  /// The folder with a coordinator's authority and certificates: absolute, whether it exists or not.
  ///
  /// - Throws: ``SettingsError``.
  public static func trustFolder(_ input: SettingsInput) throws(SettingsError) -> String {
    try StateFolder.find(input) + "/\(Defaults.trustFolder)"
  }

  /// Reads the files and decides.
  ///
  /// - Throws: ``SettingsError`` with every problem at once.
  public static func load(_ input: SettingsInput) throws(SettingsError) -> CoordinatorSettings {
    try CoordinatorLoader(input: input).load()
  }
}
