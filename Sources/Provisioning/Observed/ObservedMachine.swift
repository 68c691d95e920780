import MusterCore

/// What of that which a machine shall have is there.
public struct ObservedMachine: Sendable, Equatable {
  /// Those of the wanted folders that are there, or lead to one.
  public var directories: Set<String> = []
  public var files: [String: ObservedFile] = [:]
  /// What links say, by their path.
  public var links: [String: String] = [:]
  /// The bytes of k3s's config.yaml, which others may have written secrets into; nil if there is none or it is too large.
  public var configuration: Secret<[UInt8]>?
  /// Where commands of these names are.
  public var commands: [String: [String]] = [:]
  /// Installed packages, and their versions.
  public var packages: [String: String] = [:]
  /// Packages of which dpkg has done a part only.
  public var halfPackages: Set<String> = []
  /// What its own sources can give it; nil: they were not asked.
  public var offer: PackageOffer?
  /// A mark of its sources as they are; nil: it was not asked for.
  public var sources: String?
  /// A mark of the sources that were last tried in vain.
  public var triedSources: String?
  public var modules: [String: ObservedModule] = [:]
  public var sysctls: [String: String] = [:]
  public var units: [String: ObservedUnit] = [:]
  /// What services were started with, by their name: ``WantedUnit/startDigest``.
  public var started: [String: String] = [:]
  /// Nil: Muster has done nothing here.
  public var record: MachineRecord?
  /// Whether something of Muster's own is there, a folder or a lock: if there is no record, a run that was cut has left it.
  public var hasRemains = false
  public var store = ServerStore.none
  /// With which its service joins a cluster; nil: it has none of Muster's.
  public var token: Secret<String>?
  /// Nil: it was not asked, or did not answer.
  public var nodes: [String: ObservedNode]?
  public var marks: Set<NodeMark> = []
  /// The machine's own clock, to the second.
  public var clock: Timestamp?
  /// When Muster last changed something here, by the machine's own clock; nil: never, or it is not known.
  public var changed: Timestamp?

  public init() {}
}
