import Inventory

/// One machine of the inventory and what it said.
public struct CheckedMachine: Sendable {
  public var settings: MachineSettings
  public var answer: MachineAnswer
  /// Nil: was not looked at.
  public var packages: PackageOrigin?
  /// Where it gets what is wished for, without which a cluster can be made; nil: nothing is, or it was not looked at.
  public var wishedPackages: PackageOrigin?
  /// Packages that it does not have, needs, and gets.
  public var comingPackages: Set<String> = []

  public init(_ settings: MachineSettings, _ answer: MachineAnswer, packages: PackageOrigin? = nil) {
    self.settings = settings
    self.answer = answer
    self.packages = packages
  }

  public var name: String { settings.name }
  /// Nil if it did not answer.
  public var facts: MachineFacts? { reading?.facts }
  /// Nil if it did not answer.
  public var reading: MachineReading? {
    if case .reading(let reading) = answer { reading } else { nil }
  }
  /// Whether Kubernetes shall run on it.
  public var isNode: Bool { settings.isNode }
  public var isServer: Bool { settings.roles.contains(.server) }
}
