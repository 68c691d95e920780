import CoordinatorAPI
import Executors
import Foundation
import GRPCCore
import GRPCInProcessTransport
import MusterCore
import TaskModel
import TaskStore
import Testing

@testable import Coordinator

/// A coordinator in this process, with its services in a test's hands.
struct Fixture: Sendable {
  let service: CoordinatorService
  let store: GatedStore
  /// Muster's own service.
  let api: Muster_V1_Muster.Client<InProcessTransport.Client>
  /// The original protocol's.
  let original: Cluster_Cluster.Client<InProcessTransport.Client>
  /// A clock that only the test moves.
  let time: TestTime
  let log: LogRecord
  let context: CoordinatorContext
  let verification: VerificationQueue

  /// Submits; every task must be accepted.
  @discardableResult
  func submit(_ specs: [Muster_V1_TaskSpec]) async throws -> [Muster_V1_SubmitAnswer] {
    let answers = try await api.submitTasks(.with { $0.tasks = specs }).answers
    for answer in answers where answer.hasProblem { Issue.record("not accepted: \(answer.problem.message)") }
    return answers
  }

  @discardableResult
  func submit(_ kind: String, id: String, input: String = "") async throws -> Muster_V1_SubmitAnswer {
    try #require(await submit([task(kind, id: id, input: input)]).first)
  }

  func detail(_ id: String) async throws -> Muster_V1_TaskDetail { try await api.getTask(.with { $0.id = id }) }
  func state(_ id: String) async throws -> Muster_V1_TaskState { try await detail(id).summary.state }
  /// The sentences of `task why`.
  func why(_ id: String) async throws -> String {
    try await detail(id).why.map { "\($0.code): \($0.message)" }.joined(separator: "\n")
  }

  func waitFor(_ state: Muster_V1_TaskState, _ id: String) async throws {
    try await eventually("task \(id) is \(state)") { try await self.state(id) == state }
  }

  func result(_ id: String) async throws -> Data {
    try await api.readResult(.with { $0.id = id }) { response in
      var whole = Data()
      for try await part in response.messages { whole.append(part.data) }
      return whole
    }
  }

  /// Lets time pass while every one of `workers` is heard.
  func pass(_ duration: Duration, heartbeatsOf workers: [HandWorker] = []) async throws {
    try await time.pass(duration) {
      for worker in workers { worker.send { _ in } }
      return true
    }
  }
}

func task(_ kind: String, id: String = "", input: String = "") -> Muster_V1_TaskSpec {
  .with {
    $0.kind = kind
    $0.id = id
    $0.input = Data(input.utf8)
  }
}

/// Where the tests keep what must be on disk; removed afterwards.
func withFolder<Answer>(_ body: (String) async throws -> Answer) async throws -> Answer {
  let folder = FileManager.default.temporaryDirectory.appending(path: "coordinator-\(UUID().uuidString)").path
  try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(atPath: folder) }
  return try await body(folder)
}

/// The keeper is the program `muster` that the build has put beside the tests.
let keeperCommand: [String] = {
  let tests = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
  return [URL(filePath: tests).deletingLastPathComponent().appending(path: "muster").path, "--keeper"]
}()

/// Runs `body` with a coordinator; nothing of it is left afterwards.
///
/// - Parameters:
///   - state: the folder of its store; nil keeps everything in memory.
///   - original: whether the original protocol is served.
func withCoordinator(
  kinds: [KindDefinition] = [KindDefinition(name: "work", backoff: Backoff(initial: .milliseconds(200)))],
  state: String? = nil, original: Bool = true, time: TestTime = TestTime(),
  configure: (inout CoordinatorConfiguration) -> Void = { _ in }, _ body: (Fixture) async throws -> Void
) async throws {
  try await withFolder { folder in
    var configuration = CoordinatorConfiguration(listeners: [], http: nil, kinds: kinds, heartbeat: .seconds(1))
    configure(&configuration)
    let log = LogRecord()
    let store = GatedStore(try EmbeddedStore(folder: state, time: time, logger: log.logger))
    try await runCoordinator(
      configuration, store, folder: folder, original: original, time: time, log: log, body)
    await store.close()
  }
}

/// Runs `body` with two coordinators over one store, in memory.
func withTwoCoordinators(
  kinds: [KindDefinition] = [KindDefinition(name: "work", backoff: Backoff(initial: .milliseconds(200)))],
  _ body: (_ a: Fixture, _ b: Fixture, _ shared: StandInSharedStore) async throws -> Void
) async throws {
  try await withFolder { folder in
    let time = TestTime()
    // Of each coordinator the housekeeping and the renewal of sessions.
    time.clockworks = 4
    let configuration = CoordinatorConfiguration(listeners: [], http: nil, kinds: kinds, heartbeat: .seconds(1))
    let inner = try EmbeddedStore(folder: nil, time: time, logger: LogRecord().logger)
    let shared = StandInSharedStore(inner, heartbeat: configuration.heartbeat, time: time)
    func run(_ number: Int64, _ body: (Fixture) async throws -> Void) async throws {
      try await runCoordinator(
        configuration, GatedStore(inner, side: shared.side(number)), folder: "\(folder)/\(number)", original: true,
        time: time, log: LogRecord(), body)
    }
    try await run(1) { a in try await run(2) { b in try await body(a, b, shared) } }
    await inner.close()
  }
}

private func runCoordinator(
  _ configuration: CoordinatorConfiguration, _ store: GatedStore, folder: String, original: Bool, time: TestTime,
  log: LogRecord, _ body: (Fixture) async throws -> Void
) async throws {
  let host = try ExecutorHost(keeperCommand: keeperCommand, workRoot: "\(folder)/work")
  let service = CoordinatorService(
    configuration: configuration, store: store, executors: host, time: time, logger: log.logger)
  try await service.prepare()
  let transport = InProcessTransport()
  let services = service.services(original ? [.muster, .original] : [.muster])
  let server = GRPCServer(
    transport: transport.server, services: services, interceptors: CoordinatorService.inProcessInterceptors)
  let client = GRPCClient(transport: transport.client)
  let apis = services.compactMap { ($0 as? BoundedCalls)?.api }
  let api = try #require(apis.first)
  let fixture = Fixture(
    service: service, store: store, api: Muster_V1_Muster.Client(wrapping: client),
    original: Cluster_Cluster.Client(wrapping: client), time: time, log: log, context: api.context,
    verification: api.verification)
  try await withThrowingTaskGroup(of: Void.self) { group in
    group.addTask { try await server.serve() }
    group.addTask { try await client.runConnections() }
    group.addTask { await service.runBackground() }
    let outcome: Result<Void, any Error>
    do {
      outcome = .success(try await body(fixture))
    } catch {
      outcome = .failure(error)
    }
    client.beginGracefulShutdown()
    group.cancelAll()
    while let ended = await group.nextResult() { _ = ended }
    try outcome.get()
  }
  await host.close()
}

/// Expects that `body` is refused with `code`, and returns the sentence.
@discardableResult
func refusal(
  _ code: RPCError.Code, sourceLocation: SourceLocation = #_sourceLocation, _ body: () async throws -> Void
) async -> String {
  do {
    try await body()
  } catch let error as RPCError {
    #expect(error.code == code, "\(error)", sourceLocation: sourceLocation)
    return error.message
  } catch {
    Issue.record("not an RPCError: \(error)", sourceLocation: sourceLocation)
    return ""
  }
  Issue.record("it was not refused", sourceLocation: sourceLocation)
  return ""
}
