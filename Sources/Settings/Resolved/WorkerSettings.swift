import MusterCore
import TaskModel

/// Everything that a worker is told, decided and checked.
public struct WorkerSettings: Sendable {
  /// How the worker speaks to its coordinator.
  public enum Mode: Sendable, Hashable {
    /// Muster's own protocol; the addresses are tried in this order.
    case muster([NetworkAddress])
    /// As a client of an original coordinator, for the one kind that is there.
    case original(OriginalClient)
  }

  /// What an original client.yaml says besides its circuit.
  public struct OriginalClient: Sendable, Hashable {
    /// Nil: the coordinator gives one.
    public var proverID: String?
    public var upstream: NetworkAddress
    public var pollInterval: Duration
  }

  /// How a worker without a certificate gets one.
  public struct Joining: Sendable, Hashable {
    /// Absolute path of the file with the token.
    public var tokenFile: String
    /// Absolute path of the folder in which the certificate is kept.
    public var folder: String
  }

  public var mode: Mode
  /// Whether a flag, a variable or a file says where the coordinator is; if not, the place where this worker joined counts.
  public var isCoordinatorGiven: Bool
  /// Absolute path of the folder with its certificate; nil: it connects without TLS.
  public var identity: String?
  /// Joining first, where there is no certificate that holds.
  public var joining: Joining?
  /// How long a worker that leaves waits for what it runs.
  public var drainTimeout: Duration
  /// Absolute path of the file in which the worker says whether it is ready.
  public var readyFile: String?
  /// Nil: the worker makes one of the host's name and a few letters.
  public var name: String?
  /// 1 or more.
  public var slots: Int
  /// Bytes; nil: as much as the machine has.
  public var memory: UInt64?
  public var gpus: Int
  /// Absolute path of the state directory; it need not exist.
  public var state: String
  /// Kinds that have an executor here. Their verifiers are left out: a worker never verifies.
  public var kinds: [KindDefinition]
  public var log: LogSettings
  /// What the operator should know, one sentence each.
  public var warnings: [String]
  /// Every setting, for `config show`.
  public var shown: [ShownSetting]

  /// Reads the files and decides.
  ///
  /// - Throws: ``SettingsError`` with every problem at once.
  public static func load(_ input: SettingsInput) throws(SettingsError) -> WorkerSettings {
    try WorkerLoader(input: input).load()
  }

  /// The folder in which a worker keeps its certificate: absolute, whether it exists or not.
  ///
  /// - Throws: ``SettingsError``.
  public static func identityFolder(_ input: SettingsInput) throws(SettingsError) -> String {
    try StateFolder.find(input) + "/\(Defaults.identityFolder)"
  }

  /// Leaves only the kinds that are named, as `--kinds` asks.
  ///
  /// - Throws: ``SettingsError`` that names those without an executor in the file.
  public mutating func keepKinds(_ names: [String]) throws(SettingsError) {
    let known = kinds.map(\.name)
    let problems = names.filter { !known.contains($0) }.map { name in
      let closest = ClosestName.of(name, among: known)
      let cure =
        closest.map { "did you mean '\($0)'?" }
        ?? (known.isEmpty
          ? "no kind has one: add it to muster.yaml" : "those that have are \(known.joined(separator: ", "))")
      return Problem(source: .flag("--kinds"), key: "kinds", text: "no kind '\(name)' has an executor here; \(cure)")
    }
    if !problems.isEmpty { throw SettingsError(problems: problems) }
    kinds.removeAll { !names.contains($0.name) }
    shown.removeAll { setting in
      setting.name.hasPrefix("kinds.") && !names.contains { setting.name.hasPrefix("kinds.\($0).") }
    }
  }
}
