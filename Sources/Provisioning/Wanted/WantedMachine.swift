/// Everything that a machine shall have.
public struct WantedMachine: Sendable, Equatable {
  /// Its name in the inventory.
  public var name: String
  public var isServer: Bool
  /// Between the machines, without brackets.
  public var address: String
  /// Parents first, each with the mode with which it is made. One that is there stays as it is.
  public var directories: [WantedDirectory]
  /// In the order in which they are put.
  public var files: [WantedFile]
  public var links: [WantedLink]
  public var packages: [WantedPackage]
  public var modules: [String]
  public var sysctls: [String: String]
  public var configuration: K3sConfiguration
  public var unit: WantedUnit
  public var node: WantedNode
  /// When its service starts: all of a wave together, after those of the waves before.
  public var wave: Int
  /// The machines without whose running service its own cannot start.
  public var needs: [String]
}
