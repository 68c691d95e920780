/// Packages: from the bundle, and from the machine's own sources.
extension MachinePlanner {
  mutating func installPackages() {
    let kept = keptSets()
    var missing: [WantedPackage] = []
    var older: [String] = []
    for package in wanted.packages {
      let name = package.file.name
      if kept.contains(package.set) { continue }
      guard let version = observed.packages[name] else {
        missing.append(package)
        continue
      }
      guard !package.file.isVersion(version) else { continue }
      if record.brought(name) { missing.append(package) } else { older.append("\(name) \(version)") }
    }
    for (set, name) in [(PackageSet.nvidiaDriver, "a driver of NVIDIA's"), (.docker, "Docker")] where kept.contains(set)
    {
      remarks.append("\(wanted.name) has \(name) already, which stays as it is")
    }
    if !older.isEmpty {
      remarks.append(
        "\(wanted.name) has \(ClusterPlanner.list(older)) already, in another version than the bundle's, and keeps what it has"
      )
    }
    guard !missing.isEmpty else { return }
    let names = missing.map(\.file.name)
    let isNew = names.allSatisfy { observed.packages[$0] == nil }
    let brings = missing.contains { $0.set == .nvidiaToolkit }
    if brings { staleReasons.append("NVIDIA's runtime, which k3s looks for only when it starts") }
    add(
      .install(missing, forgets: brings ? [wanted.unit.name] : []),
      names.joined(separator: " "), "installs \(ClusterPlanner.list(names))",
      isNew
        ? names.count == 1 ? "it is not installed" : "they are not installed" : "the bundle has another version",
      changes: missing.map { SettingChange($0.file.name, from: observed.packages[$0.file.name], to: $0.file.version) },
      upload: missing.reduce(0) { $0 + $1.artifact.size })
  }

  /// Of what the bundle brings, that which is there by somebody else's doing, known by its program.
  private func keptSets() -> Set<PackageSet> {
    Set(
      [(PackageSet.docker, "docker"), (.nvidiaDriver, "nvidia-smi")].compactMap { set, command in
        let wantedOfSet = wanted.packages.filter { $0.set == set }
        let isThere = observed.commands[command] != nil && !wantedOfSet.isEmpty
        return isThere && !wantedOfSet.contains { record.brought($0.file.name) } ? set : nil
      })
  }

  /// What it needs, the bundle does not have, and is not installed.
  var ownNeeds: [PackageNeed] { wanted.ownNeeds(observed) }

  /// The files of the source that Muster adds: those that it has put stay, and others are put only for what is to come from there.
  var wantedRepository: [WantedFile] {
    let isOurs = wanted.repository.contains { record.owns($0.path) }
    return isOurs || ownNeeds.contains { $0.set == .docker } ? wanted.repository : []
  }

  mutating func installOwnPackages() {
    var names: [String] = []
    var needs: [PackageNeed] = []
    for need in ownNeeds {
      switch wanted.own.outcome(of: need, observed.offer) {
      case .installed: break
      case .available(let name):
        names.append(name)
        needs.append(need)
      case .absent(let why): miss(need, why: "cannot be had from its own sources: \(why)")
      case .unknown(let why): miss(need, why: "its own sources could not be tried: \(why)")
      }
    }
    for file in wantedRepository where problems.isEmpty { put(file) }
    guard let manager = wanted.own.manager, !names.isEmpty else { return }
    let brings = needs.contains { $0.set == .nvidiaToolkit }
    if brings { staleReasons.append("NVIDIA's runtime, which k3s looks for only when it starts") }
    let reasons = needs.map(\.reason)
    add(
      .installOwn(OwnPackages(names, manager, sets: needs.map(\.set)), forgets: brings ? [wanted.unit.name] : []),
      names.joined(separator: " "), "installs \(ClusterPlanner.list(names)) from the machine's own sources",
      reasons.count > 1 ? "\(reasons[0]), and so on" : reasons[0],
      changes: brought(with: names))
  }

  /// Those that were asked for, and those that come along.
  private func brought(with names: [String]) -> [SettingChange] {
    let brings = observed.offer?.brings ?? [:]
    let along = brings.keys.filter { !names.contains($0) }.sorted()
    return (names + along).map { SettingChange($0, from: nil, to: brings[$0] ?? "newest") }
  }

  private mutating func miss(_ need: PackageNeed, why: String) {
    guard !need.isRequired else {
      problems.append("\(wanted.name) needs \(need.name), which is not in the bundle: \(why)")
      return
    }
    let isKnown = observed.sources != nil && observed.sources == observed.triedSources
    remarks.append(
      "\(wanted.name) goes without \(need.name), which is not in the bundle\(isKnown ? " and could not be had from its own sources" : ": \(why)")"
    )
    if let mark = observed.sources, !isKnown, observed.offer != nil {
      add(
        .rememberSources(mark), MachinePlaces.tried, "notes that its sources do not have \(need.name)",
        "they are not tried again until they change")
    }
  }

  /// Packages of Muster's that were cut in between, where nothing else finishes them.
  mutating func mendPackages() {
    let half = observed.halfPackages.sorted()
    let installs = actions.contains {
      switch $0.deed {
      case .install, .installOwn: true
      default: false
      }
    }
    guard !half.isEmpty, !installs else { return }
    add(
      .mendPackages(half), half.joined(separator: " "), "finishes the installation of \(ClusterPlanner.list(half))",
      "it was cut")
  }
}
