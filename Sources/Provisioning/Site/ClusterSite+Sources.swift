import RemoteHosts

extension ClusterSite {
  /// Tries the own sources of machines that need packages which neither the bundle brings nor they have, side by side.
  ///
  /// - Parameter offers: what is known already.
  /// - Throws: `CancellationError`. What cannot be asked is unknown.
  func askSources(
    _ wanted: WantedCluster, _ observed: [String: ObservedMachine], _ offers: [String: PackageOffer],
    _ bundle: ArtifactBundle, only: Set<String>?
  ) async throws -> [String: PackageOffer] {
    let needy = wanted.machines.filter { machine in
      guard only?.contains(machine.name) != false, let its = observed[machine.name] else { return false }
      return !OwnSources.needs(machine, its).isEmpty
    }
    guard !needy.isEmpty else { return [:] }
    let key = OwnSources.key(of: bundle)
    let answers = await limits.sideBySide(needy) { machine -> PackageOffer? in
      guard let its = observed[machine.name], let shell = try shells[machine.name]?.get() else { return nil }
      do {
        return try await OwnSources.offer(machine, its, known: offers[machine.name], key: key, shell)
      } catch let error as RemoteHostError {
        return PackageOffer(OwnSources.needs(machine, its), unknown: error.message)
      }
    }
    try Task.checkCancellation()
    var asked: [String: PackageOffer] = [:]
    for (machine, answer) in zip(needy, answers) { asked[machine.name] = (try? answer.get()) ?? nil }
    return asked
  }
}
