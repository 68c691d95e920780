import Inventory

/// Packages: from the bundle, and beyond it.
extension ClusterDesign {
  func packages(_ member: Member) -> [WantedPackage] {
    bundle.packages(for: member.settings, member.facts)
  }

  /// What the bundle does not have.
  func own(_ member: Member) -> PackageWishes {
    member.facts.wishes.without(bundle, release: member.facts.release, member.facts.architecture)
  }

  /// Its key first: a source without one would not be trusted.
  func repository(_ member: Member) -> [WantedFile] {
    guard let repository = own(member).repository else { return [] }
    var files: [WantedFile] = []
    var keyPath: String?
    if let key = bundle.packageKey(.docker) {
      let path = repository.keyPath + (key.fileName.hasSuffix(".gpg") ? ".gpg" : ".asc")
      files.append(WantedFile(path, key, purpose: "the key of the source of Docker's packages"))
      keyPath = path
    }
    files.append(
      WantedFile(repository.path, text: repository.text(key: keyPath), purpose: "the source of Docker's packages"))
    return files
  }
}
