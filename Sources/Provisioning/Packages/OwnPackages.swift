/// Packages that a machine installs from its own sources, together.
public struct OwnPackages: Sendable, Hashable {
  public var names: [String]
  public var manager: PackageManager
  /// What they are for.
  public var sets: [PackageSet]

  /// - Parameter names: those that are no names of packages are left out.
  public init(_ names: [String], _ manager: PackageManager, sets: [PackageSet]) {
    self.names = names.filter(PackageManager.isName)
    self.manager = manager
    self.sets = sets
  }
}
