import Inventory
import MusterCore

extension ClusterSite {
  /// Looks at all machines and says how they are, as far as each lets itself be looked at. Changes nothing.
  ///
  /// The others go by the address of a server. If it does not answer, what the other servers remember of it is taken.
  ///
  /// - Parameters:
  ///   - bundle: nil: what does not come out of one is compared.
  ///   - taintsWorkers: see ``ClusterWishes/taintsWorkers``.
  ///   - only: the machines of which it is told; nil: all.
  /// - Throws: `CancellationError`.
  public func status(
    bundle: ArtifactBundle?, taintsWorkers: Bool = false, only: Set<String>? = nil
  ) async throws -> ClusterStatus {
    var facts: [String: NodeFacts] = [:]
    var answers: [String: StatusAnswer] = [:]
    var remarks: [String] = []
    for machine in try await ask() where !machine.settings.roles.isEmpty {
      switch machine.answer {
      case .unreachable(let error): answers[machine.name] = .failed(error)
      case .meaningless(let error): answers[machine.name] = .failed(error)
      case .reading(let reading): facts[machine.name] = NodeFacts(machine.settings, reading.facts)
      }
    }
    func design(_ wishes: ClusterWishes, _ stores: [String: ServerStore] = [:]) -> WantedCluster? {
      do throws(ProvisioningError) {
        guard let bundle else { return try BundlelessDesign.wanted(machines, facts, wishes, stores: stores) }
        return try ClusterDesign.wanted(machines, facts, bundle, wishes, stores: stores)
      } catch {
        remarks = ["the machines are not compared with a plan: \(error.message)"]
        return nil
      }
    }
    let lost = machines.filter { $0.roles.contains(.server) && facts[$0.name] == nil }
    if !lost.isEmpty {
      let servers = machines.filter { $0.roles.contains(.server) && facts[$0.name] != nil }.map(\.name)
      let known = try await observe(servers.map { ($0, ObservationScript.recordScript()) }).observed
      let configurations = servers.compactMap {
        known[$0]?.configuration.flatMap { K3sConfiguration(reading: $0.reveal()) }
      }
      facts.merge(RememberedServers.facts(lost, by: configurations, like: servers.compactMap { facts[$0] }.first)) {
        own, _ in own
      }
    }
    let draft = design(ClusterWishes(token: Secret("-")))
    let (observed, failures) = try await observe(
      machines.filter { answers[$0.name] == nil && !$0.roles.isEmpty && isPlaced($0.name) }.map { machine in
        let asksCluster = machine.roles.contains(.server)
        let script =
          draft?[machine.name].map { ObservationScript.script($0, asksCluster: asksCluster) }
          ?? ObservationScript.recordScript(asksCluster: asksCluster)
        return (machine.name, script)
      })
    for failure in failures { answers[failure.machine] = .failed(failure.error) }
    for (name, its) in observed { answers[name] = .observed(its) }
    let token = ClusterToken.choose(machines, observed)
    let wanted =
      draft == nil
      ? nil : design(ClusterWishes(token: token, taintsWorkers: taintsWorkers), observed.mapValues(\.store))
    var plan = ClusterPlan()
    if let wanted {
      var seen = observed
      if bundle == nil {
        for (name, its) in observed { seen[name] = wanted[name].map { BundlelessDesign.seen(its, as: $0) } }
        remarks.append("there is no bundle, so what comes out of one (k3s, images, packages, charts) is not compared")
      }
      plan = ClusterPlanner.plan(wanted, seen, only: only)
      plan.problems += ClusterToken.problems(token, wanted, observed)
    }
    return ClusterStatus(
      machines, answers, only: only, wanted: wanted, plan: plan, remarks: remarks)
  }

  private func isPlaced(_ name: String) -> Bool { places.contains { $0.name == name } }
}
