import MusterCore
import NIOCore
import Synchronization

@testable import Kubernetes

/// A stand-in for an API server: answers each request as the test says, and remembers what was asked.
final class ScriptedTransport: APITransport {
  typealias Answer = @Sendable (APIRequest, _ number: Int) async throws -> APIResponse

  private let asked = Mutex<[APIRequest]>([])
  private let answer: Answer

  /// - Parameter answer: is given the request and how many came before it.
  init(_ answer: @escaping Answer) { self.answer = answer }

  /// One answer after the other. Each body can be read once.
  convenience init(_ answers: [APIResponse]) {
    self.init { _, number in
      number < answers.count ? answers[number] : .refusal(500, "InternalError", "the script is over")
    }
  }

  var requests: [APIRequest] { asked.withLock { $0 } }
  var count: Int { asked.withLock { $0.count } }

  func send(_ request: APIRequest) async throws -> APIResponse {
    let number = asked.withLock { asked in
      asked.append(request)
      return asked.count - 1
    }
    return try await answer(request, number)
  }

  func openSocket(_ request: APIRequest, protocols: [String]) async throws -> any APISocket {
    throw KubernetesError(.unsupported, "the stand-in opens no sockets")
  }
}

extension APIResponse {
  static func json(_ text: String, status: Int = 200, headers: [(name: String, value: String)] = []) -> APIResponse {
    APIResponse(status: status, headers: headers, body: APIBody(ByteBuffer(string: text)))
  }

  /// A refusal as API servers write it.
  static func refusal(
    _ code: Int, _ reason: String, _ message: String = "", headers: [(name: String, value: String)] = []
  ) -> APIResponse {
    .json(
      #"{"kind":"Status","apiVersion":"v1","status":"Failure","message":"\#(message)","reason":"\#(reason)","code":\#(code)}"#,
      status: code, headers: headers)
  }

  /// A watch that sends these lines and then ends, or stays open.
  static func watch(_ lines: [String], staysOpen: Bool = false) -> APIResponse {
    APIResponse(
      status: 200,
      body: APIBody(
        AsyncThrowingStream<ByteBuffer, any Error> { continuation in
          for line in lines { continuation.yield(ByteBuffer(string: line + "\n")) }
          if !staysOpen { continuation.finish() }
        }))
  }
}

extension KubernetesClient {
  /// A client of a stand-in, without pauses that matter to a test.
  static func scripted(
    _ transport: ScriptedTransport, time: any Timekeeper = JumpingTime(), retries: RetryPolicy = .never
  ) -> KubernetesClient {
    KubernetesClient(
      transport: transport, behaviour: ClientBehaviour(requestsPerSecond: 0, retries: retries), time: time)
  }
}

/// Returns when a condition holds that other tasks bring about. A test that uses it has a time limit, which ends it.
func until(_ condition: () -> Bool) async throws {
  while !condition() {
    try Task.checkCancellation()
    await Task.yield()
  }
}
