/// A package that a machine shall have, from the bundle.
public struct WantedPackage: Sendable, Hashable {
  public var file: PackageFile
  public var artifact: BundleArtifact
  public var set: PackageSet

  public init(file: PackageFile, artifact: BundleArtifact, set: PackageSet) {
    self.file = file
    self.artifact = artifact
    self.set = set
  }
}
