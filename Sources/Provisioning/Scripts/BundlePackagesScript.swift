/// The script that installs packages from the bundle, which it reads from its input.
enum BundlePackagesScript {
  private static let place = "\(MachinePlaces.muster)/packages"

  /// They lie in a folder of root's alone, not in one under /tmp: nobody can change them before they are installed.
  static func text(_ packages: [WantedPackage]) -> String {
    let manager = packages.first?.file.manager ?? .apt
    let sums = packages.map { "\($0.artifact.digest)  \(place)/\($0.artifact.fileName)" }.joined(separator: "\n")
    return """
      \(PackageScript.prelude(manager))rm -rf \(place); mkdir \(place)
      trap 'rm -rf \(place)' EXIT
      \(packages.map { "take \($0.artifact.size) >\(place)/\($0.artifact.fileName)" }.joined(separator: " && ")) ||
        die "the packages could not be written; see how full the disk is"
      sha256sum -c - >/dev/null 2>&1 <<SUMS || die "the packages that arrived are damaged"
      \(sums)
      SUMS
      await_lock
      \(PackageScript.leftovers(Set(packages.map(\.set))))for p in \(packages.map(\.file.name).joined(separator: " ")); do
        is_installed $p || note "package $p"
      done
      patient \(command(manager)) \(place)/*.\(manager == .apt ? "deb" : "rpm") || {
        w=$(grep -e ' depends on ' -e 'is needed by' -e '^dpkg: error' -e '^error' $L | sed 's/^[[:blank:]]*//' | head -n 3 | cut -c 1-200 | tr '\\n' ' ')
        unnote
        die "\(manager == .apt ? "dpkg" : "rpm") could not install the packages: ${w:-$(tail -n 1 $L | cut -c 1-200)}"; }
      rm -f $L

      """
  }

  /// RPM is content with a package that is there already, in this version, as dpkg is.
  private static func command(_ manager: PackageManager) -> String {
    manager == .apt ? "dpkg --force-confold -i" : "rpm -U --replacepkgs"
  }
}
