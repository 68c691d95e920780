import RemoteHosts

/// Finds out where a machine gets what it needs of packages.
struct PackageInspection {
  let bundle: ArtifactBundle?
  private let key: RepositoryKey?

  init(bundle: ArtifactBundle?) {
    self.bundle = bundle
    key = bundle.flatMap { RepositoryKey(of: .docker, in: $0) }
  }

  /// The machine, with its packages looked at. Its own sources are tried only for what the bundle does not have.
  ///
  /// - Parameter known: what is known of its sources already; what that does not name is there. Nil: they are tried.
  /// - Throws: `CancellationError`. Whatever else goes wrong makes the packages unknown.
  func look(
    at machine: CheckedMachine, _ known: PackageOffer?, _ shell: any RemoteShell
  ) async throws -> CheckedMachine {
    guard machine.isNode, let facts = machine.facts, let node = NodeFacts(machine.settings, facts) else {
      return machine
    }
    var left = node.wishes.without(bundle, release: node.release, node.architecture)
    if let known {
      left.needs.removeAll { !known.names($0) }
      return Self.judged(machine, node, left, known, bundle)
    }
    let offer: PackageOffer
    do {
      offer = try await SourceTrial.ask(left, key: key, shell)
    } catch let error as RemoteHostError {
      offer = PackageOffer(left.needs, unknown: error.message)
    }
    return Self.judged(machine, node, left, offer, bundle)
  }

  /// What the offer means for the machine. Pure.
  static func judged(
    _ machine: CheckedMachine, _ node: NodeFacts, _ left: PackageWishes, _ offer: PackageOffer,
    _ bundle: ArtifactBundle?
  ) -> CheckedMachine {
    var machine = machine
    let coming = node.wishes.needs.filter { need in
      guard left.needs.contains(need) else { return true }
      if case .available = left.outcome(of: need, offer) { return true } else { return false }
    }
    machine.comingPackages = Set(coming.flatMap(\.names))
    machine.wishedPackages = origin(left.needs.filter { !$0.isRequired }, left, offer)
    if let origin = origin(left.needs.filter(\.isRequired), left, offer) {
      machine.packages = origin
    } else {
      let brings = PackageSet.allCases.contains { set in
        node.wishes.manager.map { !(bundle?.packages(set, release: node.release, node.architecture, $0) ?? []).isEmpty }
          ?? false
      }
      machine.packages = brings ? .bundle : PackageOrigin.none
    }
    return machine
  }

  /// Nil: nothing is to come from its own sources.
  private static func origin(_ needs: [PackageNeed], _ wishes: PackageWishes, _ offer: PackageOffer) -> PackageOrigin? {
    var here: [String] = []
    var absent: [(name: String, why: String)] = []
    var unknown: [(name: String, why: String)] = []
    for need in needs {
      switch wishes.outcome(of: need, offer) {
      case .installed: break
      case .available(let name): here.append(name)
      case .absent(let why): absent.append((need.name, why))
      case .unknown(let why): unknown.append((need.name, why))
      }
    }
    if let first = absent.first { return .nowhere(absent.map(\.name), why: first.why) }
    if let first = unknown.first { return .unknown(unknown.map(\.name), why: first.why) }
    return here.isEmpty ? nil : .ownSources(here)
  }
}
