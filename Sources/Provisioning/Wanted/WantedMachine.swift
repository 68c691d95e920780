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
  /// What it needs of packages and the bundle does not have.
  public var own = PackageWishes()
  /// The files of a source of packages that Muster adds to its own: they are put only to install from there.
  public var repository: [WantedFile] = []
  public var modules: [String]
  public var sysctls: [String: String]
  public var configuration: K3sConfiguration
  public var unit: WantedUnit
  public var node: WantedNode
  /// When its service starts: all of a wave together, after those of the waves before.
  public var wave: Int
  /// The machines without whose running service its own cannot start.
  public var needs: [String]

  /// What of its own needs is not installed. Docker that is there already is kept, whoever has brought it.
  func ownNeeds(_ observed: ObservedMachine) -> [PackageNeed] {
    own.needs.filter { need in
      !need.names.contains { observed.packages[$0] != nil }
        && !(need.set == .docker && observed.commands["docker"] != nil && observed.halfPackages.isEmpty)
    }
  }
}
