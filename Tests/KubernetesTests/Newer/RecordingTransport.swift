import NIOCore
import Synchronization

@testable import Kubernetes

/// A transport that writes down what goes through it.
///
/// Of a question that is asked again and again until its answer is another, only the last answer is kept.
final class RecordingTransport: APITransport {
  private let next: any APITransport
  private let kept = Mutex<[(exchange: Exchange, body: ByteBuffer)]>([])

  init(_ next: any APITransport) { self.next = next }

  /// What was said so far. Of a watch, the whole lines that its reader took.
  var exchanges: [Exchange] {
    kept.withLock { kept in
      kept.map { exchange, body in
        var exchange = exchange
        let text = String(buffer: body)
        let isWatch = exchange.question.query.contains { $0.hasPrefix("watch=") }
        exchange.body = isWatch ? text.lastIndex(of: "\n").map { String(text[...$0]) } ?? "" : text
        return exchange
      }
    }
  }

  func send(_ request: APIRequest) async throws -> APIResponse {
    var response = try await next.send(request)
    let number = begin(Exchange(request, status: response.status, headers: response.headers))
    response.body = APIBody(
      response.body.map { [self] piece in
        kept.withLock { _ = $0[number].body.writeImmutableBuffer(piece) }
        return piece
      })
    return response
  }

  func openSocket(_ request: APIRequest, protocols: [String]) async throws -> any APISocket {
    let socket = try await next.openSocket(request, protocols: protocols)
    var exchange = Exchange(request, status: 101)
    exchange.socketProtocol = socket.chosenProtocol
    exchange.messages = []
    return RecordingSocket(socket, self, begin(exchange))
  }

  func add(_ message: SocketMessage, to number: Int) {
    kept.withLock { $0[number].exchange.messages?.append(message) }
  }

  private func begin(_ exchange: Exchange) -> Int {
    kept.withLock { kept in
      let isRepeated = exchange.question.method == "GET" && kept.last?.exchange.question == exchange.question
      if isRepeated, exchange.messages == nil { kept.removeLast() }
      kept.append((exchange, ByteBuffer()))
      return kept.count - 1
    }
  }
}
