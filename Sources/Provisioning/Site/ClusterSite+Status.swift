import Inventory
import MusterCore

extension ClusterSite {
  /// Looks at all machines and says how they are, as far as each lets itself be looked at. Changes nothing.
  ///
  /// All go by the addresses of the servers. Of one that does not answer, what the other servers remember is taken.
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
    for machine in try await ask() where machine.settings.isNode {
      switch machine.answer {
      case .unreachable(let error): answers[machine.name] = .failed(error)
      case .meaningless(let error): answers[machine.name] = .failed(error)
      case .reading(let reading):
        facts[machine.name] = NodeFacts(machine.settings, reading.facts)
        if facts[machine.name] == nil { remarks.append(Self.whyUnknown(machine).message) }
      }
    }
    let remembered = try await remember(Set(answers.keys), beside: facts)
    facts.merge(remembered) { own, _ in own }
    let design = StatusDesign(machines: machines, facts: facts, bundle: bundle)
    let draft = design.wanted(ClusterWishes(token: Secret("-")))
    var (observed, failures) = try await observe(
      places.filter { answers[$0.name] == nil && $0.settings.isNode }.map { place in
        let asksCluster = place.settings.roles.contains(.server)
        guard let wanted = (try? draft.get())?[place.name] else {
          return (place.name, ObservationScript.recordScript(asksCluster: asksCluster))
        }
        return (place.name, ObservationScript.script(wanted, asksCluster: asksCluster))
      })
    for failure in failures { answers[failure.machine] = .failed(failure.error) }
    for (name, its) in observed { answers[name] = .observed(its) }
    let token = ClusterToken.choose(machines, observed)
    // Who is remembered has been in the cluster: no other has begun it.
    let stores = observed.mapValues(\.store).merging(remembered.mapValues { _ in .etcd }) { own, _ in own }
    let wishes = ClusterWishes(
      token: token, taintsWorkers: taintsWorkers, keepsIngress: Self.keepsIngress(observed))
    switch draft.flatMap({ _ in design.wanted(wishes, stores) }) {
    case .success(let wanted):
      if let bundle {
        let offers = try await askSources(wanted, observed, [:], bundle, only: only)
        for (machine, offer) in offers { observed[machine]?.offer = offer }
      } else {
        remarks.append("there is no bundle, so what comes out of one (k3s, images, packages, charts) is not compared")
      }
      var plan = design.plan(wanted, observed, only: only)
      plan.problems += ClusterToken.problems(token, wanted, observed)
      return ClusterStatus(machines, answers, only: only, wanted: wanted, plan: plan, remarks: remarks)
    case .failure(let error):
      remarks.append("the machines are not compared with a plan: \(error.message)")
      return ClusterStatus(machines, answers, only: only, wanted: nil, plan: ClusterPlan(), remarks: remarks)
    }
  }

  /// What the servers that answer remember of those that do not.
  private func remember(_ silent: Set<String>, beside facts: [String: NodeFacts]) async throws -> [String: NodeFacts] {
    let servers = machines.filter { $0.roles.contains(.server) }
    let lost = servers.filter { silent.contains($0.name) }
    let there = servers.map(\.name).filter { facts[$0] != nil }
    guard !lost.isEmpty, !there.isEmpty else { return [:] }
    let known = try await observe(there.map { ($0, ObservationScript.recordScript()) }).observed
    let configurations = there.compactMap { name in
      known[name]?.configuration.flatMap { K3sConfiguration(reading: $0.reveal()) }
    }
    return RememberedServers.facts(lost, by: configurations, like: there.compactMap { facts[$0] }.first)
  }
}
