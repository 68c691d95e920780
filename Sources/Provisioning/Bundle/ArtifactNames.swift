/// Tells by its path in the bundle what a file is.
enum ArtifactNames {
  enum Meaning: Hashable {
    case artifact(BundleArtifact.Kind)
    /// Digests of files in the same folder. Whole: all of them must be there.
    case checksums(isWhole: Bool)
    case versions
    /// Is named like something that Muster uses, and cannot be used; why.
    case wrong(String)
    case unknown
  }

  static func meaning(_ path: String) -> Meaning {
    let parts = path.split(separator: "/")
    guard let name = parts.last.map(String.init) else { return .unknown }
    let folders = parts.dropLast()
    if let meaning = listing(name, isTop: folders.isEmpty) { return meaning }
    if name.hasSuffix(".deb") || name.hasSuffix(".rpm") { return package(name, folders) }
    if name.hasSuffix(".asc") || name.hasSuffix(".gpg"), let set = folders.first.flatMap({ PackageSet(folder: $0) }) {
      return .artifact(.packageKey(set))
    }
    if let kind = images(name) { return .artifact(kind) }
    if let architecture = MachineArchitecture.allCases.first(where: { $0.k3sName == name || "k3s-\($0)" == name }) {
      return .artifact(.k3s(architecture))
    }
    if name.hasSuffix(".tgz"), folders.isEmpty || folders.first == "charts" { return .artifact(.chart) }
    if folders.first == "manifests", [".yaml", ".yml"].contains(where: { name.hasSuffix($0) }) {
      return .artifact(.manifest)
    }
    return .unknown
  }

  private static func listing(_ name: String, isTop: Bool) -> Meaning? {
    switch name {
    case "SHA256SUMS", "sha256sums.txt": .checksums(isWhole: true)
    case _ where name.hasPrefix("sha256sum-") && name.hasSuffix(".txt"): .checksums(isWhole: false)
    case "versions", "versions.txt", "versions.env": isTop ? .versions : nil
    default: nil
    }
  }

  private static func package(_ name: String, _ folders: ArraySlice<Substring>) -> Meaning {
    guard let file = PackageFile(fileName: name) else {
      return .wrong(
        name.hasSuffix(".rpm")
          ? "is not named NAME-VERSION-RELEASE.ARCHITECTURE.rpm; give it the name with which dnf downloads it"
          : "is not named NAME_VERSION_ARCHITECTURE.deb; give it the name with which apt downloads it")
    }
    guard let first = folders.first else { return .artifact(.package(.base, file, release: nil)) }
    guard let set = PackageSet(folder: first) else { return .unknown }
    return .artifact(.package(set, file, release: folders.dropFirst().first.map { $0.lowercased() }))
  }

  /// The endings that k3s imports.
  static let imageEndings = [".tar", ".tar.gz", ".tar.zst"]

  private static func images(_ name: String) -> BundleArtifact.Kind? {
    guard let ending = imageEndings.last(where: { name.hasSuffix($0) }) else { return nil }
    let stem = name.dropLast(ending.count)
    let architecture = MachineArchitecture.allCases.first { stem.hasSuffix("-\($0)") || stem.hasSuffix("_\($0)") }
    if stem.hasPrefix("k3s-airgap-images"), let architecture { return .clusterImages(architecture) }
    return .images(architecture)
  }
}
