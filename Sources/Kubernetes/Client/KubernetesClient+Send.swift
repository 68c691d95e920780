import MusterCore
import NIOCore

extension KubernetesClient {
  /// Sends any request, for what has no method here. The answer is a success; its body is read by the caller.
  ///
  /// - Throws: ``KubernetesError``: `refused` for an answer that is no success.
  public func send(_ request: APIRequest) async throws -> APIResponse {
    try await open(Call(request, verb: "answer", subject: "\(request.method.rawValue) \(request.path)"))
  }

  /// The answer's head, and a body that is read as it comes.
  func open(_ call: Call) async throws -> APIResponse { try await attempt(call) { $0 } }

  /// The whole body of the answer. A body that breaks off is asked for again, if the request may be repeated.
  func collect(_ call: Call) async throws -> ByteBuffer {
    let behaviour = behaviour
    let time = time
    return try await attempt(call) { response in
      try await Deadline.collect(
        response.body, limit: behaviour.largestAnswer, idle: behaviour.idleLimit, time: time, doing: call.words)
    }
  }

  private func attempt<Result: Sendable>(
    _ call: Call, _ read: (APIResponse) async throws -> Result
  ) async throws -> Result {
    var plan = RetryPlan(call.retries ?? behaviour.retries, isRepeatable: call.isRepeatable)
    while true {
      try await waitForTurn()
      let failure: RetryPlan.Failure
      let error: KubernetesError
      do {
        let response = try await transport.send(call.request)
        if (200..<300).contains(response.status) { return try await read(response) }
        let refusal = await Refusal.read(response, of: call, time: time)
        failure = refusal.retryFailure
        error = refusal.error
      } catch let thrown as KubernetesError {
        error = thrown.about(call)
        failure = thrown.retryFailure
      }
      guard let pause = plan.pause(after: failure, random: .random(in: 0...1)) else { throw error }
      try await time.sleep(for: pause)
    }
  }
}
