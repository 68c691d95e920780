import ArgumentParser
import CoordinatorAPI
import Kubernetes
import Terminal
import WorkerDeployment

/// `muster workers status`
struct WorkersStatusCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Say how the workers are, and why those are not there that are missing.",
    discussion: """
      What each works on is said if a coordinator is named, with --coordinator or MUSTER_COORDINATOR. What somebody has \
      changed or deleted since the workers were deployed is said too; with --watch it is looked for every 30 s.
      """)

  @OptionGroup var workers: WorkersOptions
  @Flag(name: .shortAndLong, help: "Go on, and print again after each change.") var watch = false
  @OptionGroup var coordinator: CoordinatorOptions
  @OptionGroup var output: OutputOptions

  func run() async throws {
    let output = output.output
    let place = try workers.place(telling: output)
    let works = try await works(output)
    let client = try workers.client()
    // A watch waits for a server that does not answer, and one list may come before another is refused; whoever looks wants
    // to know.
    let watch = WorkersWatch(client: client, namespace: place.namespace)
    try await watch.check()
    let drift = DriftWatch(ClusterObserver(client: client, namespace: place.namespace))
    guard self.watch else {
      async let report = drift.now()
      let situation = try await watch.now()
      return try WorkersStatusView(WorkersStatus(situation, drift: try await report, works: works)).print(output)
    }
    var situation: WorkersSituation?
    var report: DriftReport?
    for try await news in WorkersNews.all(watch, drift) {
      switch news {
      case .situation(let its): situation = its
      case .drift(let its): report = its
      }
      guard let situation, let report else { continue }
      let status = WorkersStatus(situation, drift: report, works: try await self.works(output))
      try WorkersStatusView(status).print(output)
      if output.mode == .table { try output.line("") }
    }
  }

  /// What each worker works on, by its name. Empty unless a coordinator is named, and while it does not answer.
  private func works(_ output: Output) async throws -> [String: String] {
    let variable = CommandContext.current.environment[CoordinatorOptions.variable] ?? ""
    guard coordinator.coordinator != nil || !variable.isEmpty else { return [:] }
    do {
      let workers = try await coordinator.connected { client in try await client.workers() }
      var works: [String: String] = [:]
      for worker in workers where !worker.running.isEmpty {
        works[worker.name] = worker.running.map { "\($0.kind) \($0.id)" }.joined(separator: ", ")
      }
      return works
    } catch let error as APIError {
      output.warning("what the workers work on is not known: \(error.message)")
      return [:]
    }
  }
}
