import Inventory
import MusterCore
import RemoteHosts

/// Makes the checks of machines that were asked for their facts. Nothing is changed on any.
public struct Inspection: Sendable {
  private let site: ClusterSite

  public init(_ site: ClusterSite) { self.site = site }

  /// - Parameters:
  ///   - machines: what ``ClusterSite/ask()`` gave, or a part of it.
  ///   - provisioner: a shell on this machine, as whoever; nil: this machine is not looked at.
  ///   - bundle: nil: it is not looked at.
  ///   - offers: what the machines' own sources were found to have, by machine; nil: they are tried.
  ///   - triesPorts: whether the ports between the machines are tried, which takes a few seconds.
  /// - Throws: `CancellationError`. What is wrong with a machine stands in the table.
  public func run(
    _ machines: [CheckedMachine], provisioner: (any RemoteShell)?, bundle: ArtifactBundle?, triesPorts: Bool,
    offers: [String: PackageOffer]? = nil
  ) async throws -> CheckTable {
    async let own = askOwn(provisioner, bundle)
    let machines = await lookAtPackages(machines, bundle, offers)
    try Task.checkCancellation()
    let tries = triesPorts ? await tryPorts(machines) : nil
    let input = CheckInput(
      machines: machines, provisioner: await own, bundle: bundle.map { Self.summary($0, machines) }, portTries: tries,
      options: site.options)
    try Task.checkCancellation()
    return Preflight.check(input)
  }

  private func lookAtPackages(
    _ machines: [CheckedMachine], _ bundle: ArtifactBundle?, _ offers: [String: PackageOffer]?
  ) async -> [CheckedMachine] {
    let inspection = PackageInspection(bundle: bundle)
    let answers = await site.limits.sideBySide(machines) { machine -> CheckedMachine in
      guard case .success(let shell)? = site.shells[machine.name] else { return machine }
      return try await inspection.look(at: machine, offers.map { $0[machine.name] ?? PackageOffer() }, shell)
    }
    return zip(machines, answers).map { (try? $1.get()) ?? $0 }
  }

  /// Nil if this machine cannot say: the checks of the others are worth having all the same.
  private func askOwn(_ shell: (any RemoteShell)?, _ bundle: ArtifactBundle?) async -> MachineReading? {
    guard let shell else { return nil }
    return try? await FactsQuestion(toProvisionerWith: [bundle?.folder].compactMap { $0 }).ask(shell, site.time)
  }

  private func tryPorts(_ machines: [CheckedMachine]) async -> [PortTry] {
    let members = machines.compactMap { machine -> PortTrial.Member? in
      guard let facts = machine.facts, case .success(let shell)? = site.shells[machine.name] else { return nil }
      return PortTrial.Member(machine.settings, facts, shell)
    }
    return await PortTrial(members, site.options).run()
  }

  private static func summary(_ bundle: ArtifactBundle, _ machines: [CheckedMachine]) -> BundleSummary {
    var nodes: [NodeFacts] = []
    var bytes: [String: Int64] = [:]
    for machine in machines where machine.isNode {
      guard let node = machine.facts.flatMap({ NodeFacts(machine.settings, $0) }) else { continue }
      nodes.append(node)
      bytes[machine.name] = bundle.bytes(for: machine.settings, node)
    }
    return BundleSummary(
      folder: bundle.folder, problems: bundle.problems + bundle.missing(for: nodes), bytes: bytes)
  }
}
