import CoordinatorAPI
import Executors
import Foundation
import GRPCCore
import GRPCNIOTransportHTTP2
import MusterCore
import ServiceLifecycle
import TaskModel
import TaskStore
import Testing

@testable import Coordinator

/// A whole coordinator on ports of the loopback interface.
struct Served: Sendable {
  let address: CoordinatorAddress
  let http: Int
  let log: LogRecord
  let service: CoordinatorService
  private let group: ServiceGroup

  func stop() async { await group.triggerGracefulShutdown() }

  /// - Returns: what the run of the coordinator came to.
  @discardableResult
  static func run(
    kinds: [KindDefinition] = [KindDefinition(name: "work")], state: String? = nil,
    configure: (inout CoordinatorConfiguration) -> Void = { _ in }, _ body: @Sendable (Served) async throws -> Void
  ) async throws -> Result<Void, any Error> {
    try await withFolder { folder in
      var configuration = CoordinatorConfiguration(
        listeners: [.init(host: "127.0.0.1", port: 0, services: [.muster, .original])], http: ("127.0.0.1", 0),
        kinds: kinds, drainTimeout: .seconds(3))
      configure(&configuration)
      let log = LogRecord()
      let store = try EmbeddedStore(folder: state, logger: log.logger)
      let host = try ExecutorHost(keeperCommand: keeperCommand, workRoot: "\(folder)/work")
      let (addresses, listening) = AsyncStream<CoordinatorService.Addresses>.makeStream()
      let service = CoordinatorService(
        configuration: configuration, store: store, executors: host, logger: log.logger,
        onListening: { listening.yield($0) })
      let group = ServiceGroup(
        configuration: .init(
          services: [.init(service: service, successTerminationBehavior: .gracefullyShutdownGroup)],
          logger: log.logger))
      let running = Task { () -> Result<Void, any Error> in
        defer { listening.finish() }
        do { return .success(try await group.run()) } catch { return .failure(error) }
      }
      defer { running.cancel() }
      guard let address = await addresses.first(where: { _ in true }) else { return await running.value }
      let http = try CoordinatorAddress(parsing: try #require(address.http)).port
      let served = Served(
        address: try CoordinatorAddress(parsing: try #require(address.grpc.first)), http: http, log: log,
        service: service, group: group)
      do {
        try await body(served)
      } catch {
        running.cancel()
        _ = await running.value
        await host.close()
        throw error
      }
      await served.stop()
      let ended = await running.value
      await host.close()
      return ended
    }
  }

  /// A page of the HTTP port.
  func page(_ path: String) async throws -> (status: Int, type: String, text: String) {
    let arguments = ["-s", "-m", "20", "-w", "\n%{http_code} %{content_type}", "http://127.0.0.1:\(http)\(path)"]
    // On a thread of its own: waiting for another program on one of Swift's would hold up the server that is to answer.
    let bytes = try await withCheckedThrowingContinuation { continuation in
      Thread.detachNewThread {
        continuation.resume(
          with: Result {
            let process = Process()
            let output = Pipe()
            process.executableURL = URL(filePath: "/usr/bin/curl")
            process.arguments = arguments
            process.standardOutput = output
            try process.run()
            let bytes = try output.fileHandleForReading.readToEnd() ?? Data()
            process.waitUntilExit()
            return bytes
          })
      }
    }
    let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
    let last = try #require(lines.last).split(separator: " ", maxSplits: 1)
    return (
      Int(last.first ?? "") ?? 0, String(last.dropFirst().first ?? ""), lines.dropLast().joined(separator: "\n")
    )
  }
}

/// A port that nobody has at the moment.
func freePort() throws -> Int {
  let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
  defer { close(descriptor) }
  var address = sockaddr_in()
  address.sin_family = sa_family_t(AF_INET)
  address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
  var size = socklen_t(MemoryLayout<sockaddr_in>.size)
  let answer = withUnsafeMutablePointer(to: &address) { pointer in
    pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
      bind(descriptor, pointer, size) == 0 && getsockname(descriptor, pointer, &size) == 0
    }
  }
  guard answer else { throw NeverHappened(description: "there is no free port") }
  return Int(UInt16(bigEndian: address.sin_port))
}

@Suite("A coordinator on its ports", .timeLimit(.minutes(3)))
struct ServingTests {
  @Test("It serves until it is told to stop, and ends well")
  func serves() async throws {
    let ended = try await Served.run { served in
      try await withCoordinator(at: [served.address], patience: .seconds(30)) { client in
        let status = try await client.status()
        #expect(status.build == MusterBuild.version && status.store == "SQLite in memory")
        let answer = try #require(try await client.submit([task("work", id: "a")]).first)
        #expect(answer.state == .queued)
        try await Task.sleep(for: .milliseconds(300))
        #expect(try await client.task("a").summary.state == .queued)
      }
    }
    try ended.get()
  }

  @Test("A stop does not wait for those who follow, read logs or work: their streams end, and say to connect again")
  func stopsWithStreams() async throws {
    let ended = try await Served.run { served in
      try await withCoordinator(at: [served.address], patience: .seconds(30)) { client in
        _ = try await client.submit([task("work", id: "a")])
        let calls = client.calls
        let (begun, began) = AsyncStream<Void>.makeStream()
        try await withThrowingTaskGroup(of: String.self) { group in
          group.addTask {
            await refusal(.unavailable) {
              try await calls.followTasks(
                request: StreamingClientRequest { writer in
                  try await writer.write(
                    .with {
                      $0.follow = ["a"]
                      $0.submit = [task("work", id: "b")]
                    })
                  try await Task.sleep(for: .seconds(60))
                }, options: .defaults
              ) { response in for try await _ in response.messages { began.yield() } }
            }
          }
          group.addTask {
            await refusal(.unavailable) {
              try await calls.work(
                request: StreamingClientRequest { writer in
                  try await writer.write(.with { $0.hello = Fixture.hello("w", slots: 2) })
                  try await Task.sleep(for: .seconds(60))
                }, options: .defaults
              ) { response in for try await _ in response.messages { began.yield() } }
            }
          }
          group.addTask {
            await refusal(.unavailable) {
              let request = Muster_V1_ReadLogsRequest.with {
                $0.id = "a"
                $0.follow = true
              }
              try await calls.readLogs(request, options: .defaults) { response in
                for try await _ in response.messages {}
              }
            }
          }
          // The answer to the follower, the welcome and the assignment.
          for _ in 0..<3 { _ = await begun.first { _ in true } }
          try await Task.sleep(for: .milliseconds(200))
          await served.stop()
          for try await sentence in group { #expect(!sentence.isEmpty) }
        }
      }
    }
    try ended.get()
  }

  @Test("A follower that said all it wants and then vanished is forgotten before its tasks end")
  func vanishedFollower() async throws {
    try await Served.run { served in
      let services = served.service.services([.muster])
      let apis = services.compactMap { ($0 as? BoundedCalls)?.api }
      let context = try #require(apis.first).context
      try await withCoordinator(at: [served.address], patience: .seconds(30)) { client in
        let calls = client.calls
        let (begun, began) = AsyncStream<Void>.makeStream()
        let following = Task {
          try await calls.followTasks(
            request: StreamingClientRequest { try await $0.write(.with { $0.submit = [task("work", id: "a")] }) },
            options: .defaults
          ) { response in for try await _ in response.messages { began.yield() } }
        }
        _ = await begun.first { _ in true }
        #expect(context.followers.watchedCount == 1)
        following.cancel()
        try await eventually("nothing is watched") { context.followers.watchedCount == 0 }
      }
    }
  }

  @Test("A port that is taken is said in one sentence, with what to do")
  func portTaken() async throws {
    try await Served.run { first in
      let port = first.address.port
      let second = try await Served.run(configure: {
        $0.listeners = [.init(host: "127.0.0.1", port: port, services: [.muster])]
      }) { _ in Issue.record("it listens on a port that is taken") }
      let error = #expect(throws: CoordinatorError.self) { try second.get() }
      #expect(error?.code == .cannotListen)
      #expect(
        error?.message
          == "cannot listen on 127.0.0.1:\(port): Address already in use; stop what has the port, or give another with --listen"
      )
      let third = try await Served.run(configure: { $0.http = ("127.0.0.1", first.http) }) { served in
        // gRPC may have come up first; then the whole ends all the same.
        try? await Task.sleep(for: .seconds(5))
      }
      let other = #expect(throws: CoordinatorError.self) { try third.get() }
      #expect(other?.message.contains("cannot listen on 127.0.0.1:\(first.http)") == true)
      #expect(other?.message.hasSuffix("--http") == true)
    }
  }

  @Test("An address that is none is refused")
  func badAddress() async throws {
    let ended = try await Served.run(configure: {
      $0.listeners = [.init(host: "example.org", port: 0, services: [.muster])]
    }) { _ in }
    let error = #expect(throws: CoordinatorError.self) { try ended.get() }
    #expect(error?.code == .badConfiguration)
    #expect(error?.message.hasPrefix("'example.org' is not an address to listen on") == true)
  }

  @Test("Health, readiness and figures over HTTP")
  func http() async throws {
    try await Served.run(kinds: [Verifiers.kind(), KindDefinition(name: "work")]) { served in
      #expect(try await served.page("/healthz") == (200, "text/plain; charset=utf-8", "ok\n"))
      #expect(try await served.page("/readyz") == (200, "text/plain; charset=utf-8", "ready\n"))
      #expect(try await served.page("/nothing").status == 404)
      try await withCoordinator(at: [served.address], patience: .seconds(30)) { client in
        _ = try await client.submit([task("work", id: "a"), task("work", id: "b"), task("proof", id: "c")])
        _ = try await client.cancel(["b"])
      }
      let page = try await served.page("/metrics")
      #expect(page.status == 200 && page.type == "text/plain; version=0.0.4; charset=utf-8")
      let figures = try Exposition(page.text).samples
      #expect(figures["muster_store_up"] == 1)
      #expect(figures["muster_tasks_queued{kind=\"work\"}"] == 1)
      #expect(figures["muster_tasks_queued{kind=\"proof\"}"] == 1)
      #expect(figures["muster_tasks_submitted_total"] == 3)
      #expect(figures["muster_tasks_ended_total{state=\"cancelled\"}"] == 1)
      #expect(figures["muster_attempts_total{outcome=\"claimed\"}"] == 0)
      #expect(figures["muster_workers{protocol=\"muster\"}"] == 0)
      #expect(figures["muster_store_commit_seconds_count"] ?? 0 > 0)
      #expect(figures["muster_store_commit_failures_total"] == 0)
    }
  }

  @Test("A store that does not answer makes it unready, with the reason; it stays alive")
  func notReady() async throws {
    try await withFolder { state in
      let log = LogRecord()
      let store = GatedStore(try EmbeddedStore(folder: nil, logger: log.logger))
      let host = try ExecutorHost(keeperCommand: keeperCommand, workRoot: "\(state)/work")
      let http = try freePort()
      let configuration = CoordinatorConfiguration(
        listeners: [.init(host: "127.0.0.1", port: 0, services: [.muster])], http: ("127.0.0.1", http))
      let service = CoordinatorService(configuration: configuration, store: store, executors: host, logger: log.logger)
      let running = Task { try await service.run() }
      let served = Served.probe(http: http, service: service, log: log)
      try await eventually("it answers") { try await served.page("/readyz").status == 200 }
      store.fail(true)
      let page = try await served.page("/readyz")
      #expect(page.status == 503 && page.text.count > 10)
      #expect(try await served.page("/healthz").status == 200)
      #expect(try await served.page("/metrics").status == 200)
      store.fail(false)
      #expect(try await served.page("/readyz").status == 200)
      // What the store says of itself is not found out anew for every question: such a question may take long.
      store.say(outage: "the database is away since 12 s")
      let away = try await served.page("/readyz")
      #expect(away.status == 503 && away.text == "the database is away since 12 s\n")
      #expect(try await served.page("/healthz").status == 200)
      running.cancel()
      _ = await running.result
      await host.close()
    }
  }
}

extension Served {
  /// Only for its HTTP pages.
  static func probe(http: Int, service: CoordinatorService, log: LogRecord) -> Served {
    Served(
      address: .standard, http: http, log: log, service: service,
      group: ServiceGroup(services: [service], logger: log.logger))
  }
}

/// A page of the text format of Prometheus, read strictly: every sample belongs to the family announced last.
struct Exposition {
  var samples: [String: Double] = [:]

  init(_ text: String) throws {
    struct Bad: Error { let line: Substring }
    var family: (name: Substring, type: Substring)?
    var help: Substring?
    #expect(text.hasSuffix("\n"))
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ", maxSplits: 3)
      if line.hasPrefix("# HELP ") {
        guard words.count == 4 else { throw Bad(line: line) }
        help = words[2]
      } else if line.hasPrefix("# TYPE ") {
        guard words.count == 4, words[2] == help, ["gauge", "counter", "summary"].contains(words[3]) else {
          throw Bad(line: line)
        }
        family = (words[2], words[3])
      } else {
        guard let family, let space = line.lastIndex(of: " "),
          let value = Double(String(line[line.index(after: space)...]))
        else { throw Bad(line: line) }
        let name = line[..<space]
        let bare = name.prefix { $0 != "{" }
        let suffixes = family.type == "summary" ? ["_sum", "_count"] : [""]
        guard suffixes.contains(where: { bare == family.name + $0 }),
          bare.allSatisfy({ $0.isLetter || $0 == "_" }), name == bare || name.hasSuffix("\"}"),
          samples.updateValue(value, forKey: String(name)) == nil,
          family.type != "counter" || family.name.hasSuffix("_total")
        else { throw Bad(line: line) }
      }
    }
  }
}
