import Inventory
import MusterCore
import RemoteHosts

/// Asks all machines for what the checks look at, and makes the checks. Nothing is changed on any.
public struct Inspection: Sendable {
  /// A machine, and the root shell on it, or why there is none.
  public struct Place: Sendable {
    public var settings: MachineSettings
    public var shell: Result<any RemoteShell, RemoteHostError>

    public init(_ settings: MachineSettings, _ shell: Result<any RemoteShell, RemoteHostError>) {
      self.settings = settings
      self.shell = shell
    }
  }

  private let places: [Place]
  private let limits: RemoteLimits
  private let options: CheckOptions
  private let time: any Timekeeper

  /// - Parameter places: in the order of the inventory.
  public init(
    _ places: [Place], limits: RemoteLimits = RemoteLimits(), options: CheckOptions = CheckOptions(),
    time: any Timekeeper = SystemTime()
  ) {
    self.places = places
    self.limits = limits
    self.options = options
    self.time = time
  }

  /// - Parameters:
  ///   - provisioner: a shell on this machine, as whoever; nil: this machine is not looked at.
  ///   - bundle: nil: it is not looked at.
  ///   - triesPorts: whether the ports between the machines are tried, which takes a few seconds.
  /// - Throws: `CancellationError`. What is wrong with a machine stands in the table.
  public func run(
    provisioner: (any RemoteShell)?, bundle: ArtifactBundle?, triesPorts: Bool
  ) async throws -> CheckTable {
    async let own = askOwn(provisioner, bundle)
    let machines = await lookAtPackages(await ask(), bundle)
    try Task.checkCancellation()
    let tries = triesPorts ? await tryPorts(machines) : nil
    let input = CheckInput(
      machines: machines, provisioner: await own, bundle: bundle.map { Self.summary($0, machines) }, portTries: tries,
      options: options)
    try Task.checkCancellation()
    return Preflight.check(input)
  }

  private func ask() async -> [CheckedMachine] {
    let all = places.map(\.settings)
    let answers = await limits.sideBySide(places) { place in
      await answer(of: place, among: all)
    }
    return zip(places, answers).compactMap { place, answer in
      // Only a cancelled one has none.
      (try? answer.get()).map { CheckedMachine(place.settings, $0) }
    }
  }

  private func answer(of place: Place, among all: [MachineSettings]) async -> MachineAnswer {
    do {
      return .reading(try await FactsQuestion(to: place.settings, among: all, options).ask(place.shell.get(), time))
    } catch let error as RemoteHostError {
      return .unreachable(error)
    } catch let error as ProvisioningError {
      return .meaningless(error)
    } catch {
      return .unreachable(
        RemoteHostError(
          .lost, "\(place.settings.name): asking for its facts was broken off; try again",
          details: ["machine": place.settings.name], cause: error))
    }
  }

  private func lookAtPackages(_ machines: [CheckedMachine], _ bundle: ArtifactBundle?) async -> [CheckedMachine] {
    let inspection = PackageInspection(bundle: bundle)
    let answers = await limits.sideBySide(Array(zip(places, machines))) { place, machine in
      guard case .success(let shell) = place.shell else { return machine }
      return try await inspection.look(at: machine, shell)
    }
    return zip(machines, answers).map { (try? $1.get()) ?? $0 }
  }

  /// Nil if this machine cannot say: the checks of the others are worth having all the same.
  private func askOwn(_ shell: (any RemoteShell)?, _ bundle: ArtifactBundle?) async -> MachineReading? {
    guard let shell else { return nil }
    return try? await FactsQuestion(toProvisionerWith: [bundle?.folder].compactMap { $0 }).ask(shell, time)
  }

  private func tryPorts(_ machines: [CheckedMachine]) async -> [PortTry] {
    let members = zip(places, machines).compactMap { place, machine -> PortTrial.Member? in
      guard let facts = machine.facts, case .success(let shell) = place.shell else { return nil }
      return PortTrial.Member(place.settings, facts, shell)
    }
    return await PortTrial(members, options).run()
  }

  private static func summary(_ bundle: ArtifactBundle, _ machines: [CheckedMachine]) -> BundleSummary {
    let nodes = machines.filter(\.isNode).compactMap { machine in
      machine.facts.flatMap { NodeFacts(machine.settings, $0) }
    }
    return BundleSummary(folder: bundle.folder, problems: bundle.problems + bundle.missing(for: nodes))
  }
}
