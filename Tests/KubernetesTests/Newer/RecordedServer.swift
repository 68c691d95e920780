import NIOCore
import Synchronization

@testable import Kubernetes

/// A stand-in for a server: says what a recording says, and refuses what was not recorded.
///
/// The same question gets the recorded answers in their order, and the last one as often as it is asked.
final class RecordedServer: APITransport {
  private struct State {
    var unasked: [Exchange]
    var last: Exchange?
  }

  private let server: String
  private let state: Mutex<State>

  init(_ recording: Recording) {
    server = recording.server
    state = Mutex(State(unasked: recording.exchanges))
  }

  /// What was recorded and has not been asked for.
  var unasked: [String] { state.withLock { $0.unasked.map(\.question.text) } }

  func send(_ request: APIRequest) async throws -> APIResponse { try take(request, isSocket: false).response }

  func openSocket(_ request: APIRequest, protocols: [String]) async throws -> any APISocket {
    let exchange = try take(request, isSocket: true)
    return RecordedSocket(exchange.socketProtocol ?? "", exchange.messages ?? [])
  }

  private func take(_ request: APIRequest, isSocket: Bool) throws -> Exchange {
    let question = Exchange.Question(request)
    let found = state.withLock { state -> Exchange? in
      let index = state.unasked.firstIndex { $0.question == question && ($0.messages != nil) == isSocket }
      if let index { state.last = state.unasked.remove(at: index) }
      return state.last?.question == question ? state.last : nil
    }
    if let found { return found }
    throw KubernetesError(
      .unsupported,
      "the recording of a server of \(server) does not have \(question.text); if the test has been changed, record "
        + "anew with Tests/Kubernetes/run --record")
  }
}
