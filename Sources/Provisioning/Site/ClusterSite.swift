import Inventory
import MusterCore
import RemoteHosts

/// The machines of an inventory, each with a root shell: asks what they are and what they have, and says what is to be done. Changes
/// nothing.
public struct ClusterSite: Sendable {
  /// The whole inventory, in its order.
  public let machines: [MachineSettings]
  /// Those that are reached. In the order of the inventory.
  public let places: [MachinePlace]
  public let limits: RemoteLimits
  public let options: CheckOptions
  let time: any Timekeeper
  /// Those of the places, by name.
  let shells: [String: Result<any RemoteShell, RemoteHostError>]

  /// - Parameters:
  ///   - machines: the whole inventory, in its order.
  ///   - places: those that are reached, in the order of the inventory.
  public init(
    _ machines: [MachineSettings], _ places: [MachinePlace], limits: RemoteLimits = RemoteLimits(),
    options: CheckOptions = CheckOptions(),
    time: any Timekeeper = SystemTime()
  ) {
    self.machines = machines
    self.places = places
    self.limits = limits
    self.options = options
    self.time = time
    shells = Dictionary(places.map { ($0.name, $0.shell) }) { first, _ in first }
  }

  /// Asks every machine for its facts, side by side.
  ///
  /// - Throws: `CancellationError`. What is wrong with a machine is its answer.
  public func ask() async throws -> [CheckedMachine] {
    let answers = await limits.sideBySide(places) { place in await answer(of: place) }
    try Task.checkCancellation()
    return zip(places, answers).compactMap { place, answer in
      (try? answer.get()).map { CheckedMachine(place.settings, $0) }
    }
  }

  private func answer(of place: MachinePlace) async -> MachineAnswer {
    do {
      return .reading(
        try await FactsQuestion(to: place.settings, among: machines, options).ask(place.shell.get(), time))
    } catch let error as RemoteHostError {
      return .unreachable(error)
    } catch let error as ProvisioningError {
      return .meaningless(error)
    } catch {
      return .unreachable(
        RemoteHostError(
          .lost, "\(place.name): asking for its facts was broken off; try again", details: ["machine": place.name],
          cause: error))
    }
  }

  /// Looks at what the machines have and says what is to be done.
  ///
  /// - Parameters:
  ///   - machines: what ``ask()`` gave.
  ///   - taintsWorkers: see ``ClusterWishes/taintsWorkers``.
  ///   - only: the machines for which is planned; nil: all.
  ///   - earlier: a look of the same run: what the machines' own sources of packages were found to have, so that they are not tried
  ///     twice, and the token that was made up.
  /// - Throws: ``ProvisioningError``: `unfit` if nothing is known of a server or registry, since all others go by them, `badInventory`,
  ///   `badBundle`; `CancellationError`.
  public func survey(
    _ machines: [CheckedMachine], bundle: ArtifactBundle, taintsWorkers: Bool = false, only: Set<String>? = nil,
    earlier: ClusterSurvey? = nil
  ) async throws -> ClusterSurvey {
    var facts: [String: NodeFacts] = [:]
    var failures: [MachineFailure] = []
    for machine in machines where machine.settings.isNode {
      if let its = machine.facts.flatMap({ NodeFacts(machine.settings, $0) }) {
        facts[machine.name] = its
      } else {
        failures.append(MachineFailure(machine.name, Self.whyUnknown(machine)))
      }
    }
    try refuse(failures)
    let draft = try ClusterDesign.wanted(self.machines, facts, bundle, ClusterWishes(token: Secret("-")))
    let looked = draft.machines.filter { $0.isServer || only?.contains($0.name) != false }
    var (observed, unseen) = try await observe(
      looked.map { ($0.name, ObservationScript.script($0, asksCluster: $0.isServer)) })
    failures += unseen
    try refuse(unseen)
    let token = ClusterToken.choose(self.machines, observed, earlier: earlier?.token)
    let wanted = try ClusterDesign.wanted(
      self.machines, facts, bundle,
      ClusterWishes(token: token, taintsWorkers: taintsWorkers, keepsIngress: Self.keepsIngress(observed)),
      stores: observed.mapValues(\.store))
    let asked = try await askSources(wanted, observed, earlier?.offers ?? [:], bundle, only: only)
    for (machine, offer) in asked { observed[machine]?.offer = offer }
    var plan = ClusterPlanner.plan(wanted, observed, only: only)
    plan.problems += ClusterToken.problems(token, wanted, observed)
    return ClusterSurvey(
      wanted: wanted, token: token, observed: observed, plan: plan,
      failures: failures.filter { only?.contains($0.machine) != false })
  }

  /// Asks machines with a script of ``ObservationScript`` each, side by side.
  ///
  /// - Throws: `CancellationError`.
  func observe(
    _ questions: [(machine: String, script: RemoteScript)]
  ) async throws -> (observed: [String: ObservedMachine], failures: [MachineFailure]) {
    let answers = await limits.sideBySide(questions) { question -> ObservedMachine in
      guard let shell = try shells[question.machine]?.get() else { throw CancellationError() }
      return try ObservationAnswer.read(try await shell.run(question.script), of: question.machine)
    }
    try Task.checkCancellation()
    var observed: [String: ObservedMachine] = [:]
    var failures: [MachineFailure] = []
    for (question, answer) in zip(questions, answers) {
      switch answer {
      case .success(let its): observed[question.machine] = its
      case .failure(let error as any CodedError): failures.append(MachineFailure(question.machine, error))
      case .failure(let error):
        failures.append(
          MachineFailure(
            question.machine,
            RemoteHostError(.lost, "\(question.machine): looking at it was broken off; try again", cause: error)))
      }
    }
    return (observed, failures)
  }

  static func keepsIngress(_ observed: [String: ObservedMachine]) -> Bool {
    observed.values.contains { $0.record?.owns(MachinePlaces.ingress) == true }
  }

  /// Nothing can be decided for anybody without those by which all others go.
  private func refuse(_ failures: [MachineFailure]) throws(ProvisioningError) {
    let central = Set(machines.filter { !$0.roles.isDisjoint(with: [.server, .registry]) }.map(\.name))
    let reasons = failures.filter { central.contains($0.machine) }
    guard !reasons.isEmpty else { return }
    throw ProvisioningError(
      .unfit,
      (reasons.map(\.error.message) + ["all machines go by the servers and registries, so nothing is done anywhere"])
        .joined(separator: "\n"))
  }

  static func whyUnknown(_ machine: CheckedMachine) -> any CodedError {
    switch machine.answer {
    case .unreachable(let error): return error
    case .meaningless(let error): return error
    case .reading(let reading):
      if case .missing(let why, let cure) = NodeAddress.choose(machine.settings, reading.facts) {
        return ProvisioningError(.unfit, "\(machine.name): \(why); \(cure)")
      }
      return ProvisioningError(
        .unfit, "\(machine.name): there is no k3s for its processor, \(reading.facts.architecture.prefix(40))")
    }
  }
}
