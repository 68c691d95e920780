import RemoteHosts

/// Asks machines' own sources of packages before a plan is made.
public enum OwnSources {
  /// What a plan needs to know of a machine's sources; nil: nothing.
  ///
  /// They are tried only if something is needed that neither the bundle brings nor the machine has. What is only wished for, and was tried with
  /// the same sources in vain, is not tried again.
  ///
  /// - Parameters:
  ///   - known: what was found out before in the same run.
  ///   - key: that with which Docker's source is signed: ``key(of:)``.
  /// - Throws: `RemoteHostError`, `CancellationError`.
  public static func offer(
    _ wanted: WantedMachine, _ observed: ObservedMachine, known: PackageOffer? = nil, key: RepositoryKey?,
    _ shell: any RemoteShell
  ) async throws -> PackageOffer? {
    let needs = needs(wanted, observed)
    guard !needs.isEmpty else { return nil }
    if let known, needs.allSatisfy(known.names) { return known }
    var wishes = wanted.own
    wishes.needs = needs
    return try await SourceTrial.ask(wishes, key: key, shell)
  }

  /// What the sources would be asked for.
  static func needs(_ wanted: WantedMachine, _ observed: ObservedMachine) -> [PackageNeed] {
    guard wanted.own.fault == nil else { return wanted.ownNeeds(observed).filter { $0.set != .docker } }
    let needs = wanted.ownNeeds(observed)
    let isTried = observed.sources != nil && observed.sources == observed.triedSources
    return needs.contains(where: \.isRequired) || !isTried ? needs : []
  }

  /// The key with which a bundle says that the source of Docker's packages is signed.
  public static func key(of bundle: ArtifactBundle) -> RepositoryKey? { RepositoryKey(of: .docker, in: bundle) }
}
