import CoordinatorAPI
import Foundation
import MusterCore
import TaskModel

/// What a worker is started with.
public struct WorkerConfiguration: Sendable {
  /// Unique among the coordinator's workers; same form as a ``TaskID``.
  public var name: String
  /// Coordinators, tried in turn. One is served at a time.
  public var addresses: [CoordinatorAddress]
  /// How to connect; asked anew for every connection, because certificates are renewed.
  public var security: @Sendable (CoordinatorAddress) throws -> ConnectionSecurity = { _ in .plaintext }
  /// Definitions of the worker's own; they win over the coordinator's.
  public var kinds: [KindDefinition]
  /// Serve these only. Empty: every kind in ``kinds``.
  public var kindNames: [String]
  /// Run the coordinator's definitions of those ``kindNames`` that ``kinds`` does not hold. Off, because it lets a
  /// coordinator run programs of its choice on this machine.
  public var acceptsKinds: Bool
  /// How many one-slot attempts run at one time; 1 to 65535.
  public var slots: Int
  /// Bytes that attempts may ask for together.
  public var memory: UInt64
  /// Numbers of the devices that attempts may have; an attempt finds its own in `CUDA_VISIBLE_DEVICES`.
  public var gpus: [Int]
  /// How many attempts the coordinator may send ahead of those that run. (It does so only for kinds that run briefly.)
  public var maxPrefetch: Int
  /// How long a worker that leaves waits for what runs before it stops it and hands it back.
  public var drainTimeout: Duration
  /// How long a worker that has nothing left to run waits for the answers to its last ends.
  var farewell: Duration = .seconds(10)

  public init(
    name: String = WorkerConfiguration.defaultName(), addresses: [CoordinatorAddress] = [.standard],
    kinds: [KindDefinition] = [], kindNames: [String] = [], acceptsKinds: Bool = false, slots: Int = 1,
    memory: UInt64 = 0, gpus: [Int] = [], maxPrefetch: Int = 1024, drainTimeout: Duration = .seconds(300)
  ) {
    self.name = name
    self.addresses = addresses
    self.kinds = kinds
    self.kindNames = kindNames
    self.acceptsKinds = acceptsKinds
    self.slots = slots
    self.memory = memory
    self.gpus = gpus
    self.maxPrefetch = maxPrefetch
    self.drainTimeout = drainTimeout
  }

  /// The host's name and a few random letters, so that two workers on one host, or two hosts of one name, do not collide.
  public static func defaultName(host: String = ProcessInfo.processInfo.hostName) -> String {
    let first = host.split(separator: ".").first.map(String.init) ?? ""
    let safe = String(
      first.unicodeScalars.filter { $0.isASCII && ($0.properties.isAlphabetic || "0"..."9" ~= $0) || $0 == "-" })
    let prefix = safe.drop { $0 == "-" }.prefix(64)
    let suffix = (0..<5).map { _ in "abcdefghjkmnpqrstuvwxyz23456789".randomElement() ?? "x" }
    return "\(prefix.isEmpty ? "worker" : prefix)-\(String(suffix))"
  }

  /// - Throws: ``WorkerError`` (`bad_configuration`) for the first thing that makes no sense, with what to do about it.
  func checked(build: String, needsStages: Bool) throws(WorkerError) -> WorkerMachine.Settings {
    guard TaskID(name) != nil else {
      throw WorkerError(
        .badConfiguration, "The worker's name '\(name)' is not \(TaskID.rule); give another with --name.")
    }
    guard !addresses.isEmpty else {
      throw WorkerError(.badConfiguration, "No coordinator is named; give one with --coordinator HOST:PORT.")
    }
    guard (1...65535).contains(slots) else {
      throw WorkerError(.badConfiguration, "A worker cannot have \(slots) slots; give 1 to 65535 with --slots.")
    }
    guard Set(gpus).count == gpus.count, gpus.allSatisfy({ $0 >= 0 }) else {
      throw WorkerError(.badConfiguration, "The GPU numbers \(gpus) must be different and not negative.")
    }
    let own = Set(kinds.map(\.name))
    let accepted = acceptsKinds ? Set(kindNames).subtracting(own) : []
    if let unknown = kindNames.first(where: { !own.contains($0) && !accepted.contains($0) }) {
      throw WorkerError(
        .badConfiguration,
        "This worker has no executor for kind \(unknown); define it in its configuration file, or take the "
          + "coordinator's definition with --accept-kinds.")
    }
    let served = kindNames.isEmpty ? kinds : kinds.filter { kindNames.contains($0.name) }
    if needsStages, let empty = served.first(where: { $0.stages.isEmpty }) {
      throw WorkerError(
        .badConfiguration, "Kind \(empty.name) has no executor here; give it one in the worker's configuration file.")
    }
    guard !served.isEmpty || !accepted.isEmpty else {
      throw WorkerError(
        .badConfiguration,
        "This worker has no kinds to serve; define some in its configuration file, or name the "
          + "coordinator's with --kinds NAME,NAME --accept-kinds.")
    }
    return WorkerMachine.Settings(
      name: name, build: build, kinds: served, acceptedKinds: accepted, needsStages: needsStages, slots: slots,
      memory: memory, gpus: gpus, prefetch: max(maxPrefetch, 0))
  }
}
