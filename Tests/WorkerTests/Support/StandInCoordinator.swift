import CoordinatorAPI
import GRPCCore
import GRPCNIOTransportHTTP2
import GRPCProtobuf
import Synchronization
import Testing

/// A coordinator's end of the worker stream, in the hands of a test: it takes connections and speaks them frame by frame.
final class StandInCoordinator: RegistrableRPCService {
  /// One worker's stream, after its hello.
  struct Connection: Sendable {
    let hello: Muster_V1_WorkerHello
    fileprivate let incoming: AsyncStream<Muster_V1_WorkerBatch>
    fileprivate let outgoing: AsyncThrowingStream<Muster_V1_CoordinatorFrame, any Error>.Continuation

    func welcome(heartbeat: UInt64 = 60_000, change: (inout Muster_V1_CoordinatorWelcome) -> Void = { _ in }) {
      var welcome = Muster_V1_CoordinatorWelcome()
      welcome.protocol = 1
      welcome.build = "stand-in"
      welcome.heartbeatMilliseconds = heartbeat
      change(&welcome)
      outgoing.yield(.with { $0.welcome = welcome })
    }

    func send(_ fill: (inout Muster_V1_CoordinatorBatch) -> Void) {
      outgoing.yield(.with { fill(&$0.batch) })
    }

    func answer(_ ends: [Muster_V1_AttemptEnd]) {
      send { batch in
        batch.answers = ends.map { end in
          .with {
            $0.epoch = end.epoch
            $0.number = end.number
            $0.verdict = .committed
          }
        }
      }
    }

    /// The next frame; nil when the worker has closed its side.
    func next() async -> Muster_V1_WorkerBatch? { await incoming.first { _ in true } }

    /// Takes frames until one fits, which it returns.
    func next(where fits: (Muster_V1_WorkerBatch) -> Bool) async throws -> Muster_V1_WorkerBatch {
      while let batch = await next() { if fits(batch) { return batch } }
      throw RPCError(code: .aborted, message: "The worker closed its side before the frame that the test waits for.")
    }

    /// Takes frames until `count` ends have come.
    func ends(_ count: Int) async throws -> [Muster_V1_AttemptEnd] {
      var ends: [Muster_V1_AttemptEnd] = []
      while ends.count < count { ends += try await next { !$0.ends.isEmpty }.ends }
      return ends
    }

    func close() { outgoing.finish() }
    func fail(_ code: RPCError.Code, _ message: String) {
      outgoing.finish(throwing: RPCError(code: code, message: message))
    }
  }

  private let arrivals: AsyncStream<Connection>
  private let arrive: AsyncStream<Connection>.Continuation
  private let store = Mutex<(id: String, started: Int64)?>(nil)
  /// One element a question for the status.
  private let questions: AsyncStream<Void>
  private let question: AsyncStream<Void>.Continuation

  init() {
    (arrivals, arrive) = AsyncStream.makeStream()
    (questions, question) = AsyncStream.makeStream()
  }

  /// From now on its status names this store. Before, it is refused.
  ///
  /// - Parameter started: by which a coordinator is known; 0: it does not tell.
  func say(store id: String, started: Int64 = 0) { store.withLock { $0 = (id, started) } }

  /// Returns when its status was asked for `count` more times.
  func asked(_ count: Int) async { for _ in 0..<count { _ = await questions.first { _ in true } } }

  /// The next worker that says hello.
  func connection() async throws -> Connection { try #require(await arrivals.first { _ in true }) }

  func registerMethods<Transport>(with router: inout RPCRouter<Transport>) where Transport: ServerTransport {
    router.registerHandler(
      forMethod: Muster_V1_Muster.Method.Work.descriptor,
      deserializer: ProtobufDeserializer<Muster_V1_WorkerFrame>(),
      serializer: ProtobufSerializer<Muster_V1_CoordinatorFrame>()
    ) { request, _ in
      StreamingServerResponse { writer in
        try await self.speak(request.messages, writer)
        return [:]
      }
    }
    router.registerHandler(
      forMethod: Muster_V1_Muster.Method.GetStatus.descriptor,
      deserializer: ProtobufDeserializer<Muster_V1_GetStatusRequest>(),
      serializer: ProtobufSerializer<Muster_V1_GetStatusResponse>()
    ) { _, _ in
      self.question.yield()
      guard let store = self.store.withLock({ $0 }) else { throw RPCError(code: .unavailable, message: "starting") }
      return StreamingServerResponse(
        single: ServerResponse(
          message: .with {
            $0.storeID = store.id
            $0.startedUnixMs = store.started
          }))
    }
  }

  private func speak(
    _ frames: RPCAsyncSequence<Muster_V1_WorkerFrame, any Error>, _ writer: RPCWriter<Muster_V1_CoordinatorFrame>
  ) async throws {
    let (incoming, received) = AsyncStream<Muster_V1_WorkerBatch>.makeStream()
    let (outgoing, send) = AsyncThrowingStream<Muster_V1_CoordinatorFrame, any Error>.makeStream()
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        // Like a real coordinator: when the worker closes its side, this side is closed too.
        defer {
          received.finish()
          send.finish()
        }
        for try await frame in frames {
          switch frame.frame {
          case .hello(let hello):
            self.arrive.yield(Connection(hello: hello, incoming: incoming, outgoing: send))
          case .batch(let batch): received.yield(batch)
          case nil: throw RPCError(code: .invalidArgument, message: "empty frame")
          }
        }
      }
      for try await frame in outgoing { try await writer.write(frame) }
      group.cancelAll()
    }
  }
}

/// Serves on a loopback port while `body` runs.
///
/// - Parameter port: 0: any.
func withServer<Answer: Sendable>(
  _ service: any RegistrableRPCService, port: Int = 0, _ body: (CoordinatorAddress) async throws -> Answer
) async throws -> Answer {
  let server = GRPCServer(
    transport: .http2NIOPosix(
      address: .ipv4(host: "127.0.0.1", port: port), transportSecurity: .plaintext,
      config: .defaults {
        $0.rpc.maxRequestPayloadSize = 32 << 20
        $0.connection.keepalive.clientBehavior = .init(
          minPingIntervalWithoutCalls: .seconds(1), allowWithoutCalls: true)
      }),
    services: [service])
  return try await withThrowingTaskGroup(of: Void.self) { group in
    group.addTask { try await server.serve() }
    let address = try #require(try await server.listeningAddress?.ipv4)
    let answer = try await body(CoordinatorAddress(host: "127.0.0.1", port: address.port))
    group.cancelAll()
    return answer
  }
}
