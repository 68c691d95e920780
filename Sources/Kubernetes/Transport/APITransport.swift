import MusterCore
import NIOCore
import Synchronization

/// What carries requests to an API server: the network, or a server in memory.
///
/// A transport carries one request and its answer and judges neither: an answer of any HTTP status is an answer. Retries,
/// rate limits and the meaning of errors belong to ``KubernetesClient``.
public protocol APITransport: Sendable {
  /// Sends a request and returns when the head of the answer has come; the body follows as it comes.
  ///
  /// - Throws: ``KubernetesError`` (`unreachable`, `untrusted`, `credentials`, `deadline`), `CancellationError`.
  func send(_ request: APIRequest) async throws -> APIResponse

  /// Asks for a WebSocket and returns when the server has agreed to one of `request`'s protocols.
  ///
  /// - Throws: as ``send(_:)``; `unsupported` when the server speaks none of them; `refused` when it refuses.
  func openSocket(_ request: APIRequest, protocols: [String]) async throws -> any APISocket
}

/// One request, as it goes over the wire.
public struct APIRequest: Sendable {
  public enum Method: String, Sendable {
    case get = "GET"
    case post = "POST"
    case put = "PUT"
    case patch = "PATCH"
    case delete = "DELETE"
  }

  public var method: Method
  /// Absolute and escaped: `/api/v1/namespaces/default/pods`.
  public var path: String
  /// Not escaped yet; in this order.
  public var query: [(name: String, value: String)]
  public var headers: [(name: String, value: String)]
  public var body: ByteBuffer?
  /// How long until the head of the answer has come. The body of a watch may take as long as it likes.
  public var patience: Duration

  public init(
    _ method: Method, _ path: String, query: [(name: String, value: String)] = [],
    headers: [(name: String, value: String)] = [], body: ByteBuffer? = nil, patience: Duration = .seconds(30)
  ) {
    self.method = method
    self.path = path
    self.query = query
    self.headers = headers
    self.body = body
    self.patience = patience
  }
}

/// The head of an answer, and its body as it comes.
public struct APIResponse: Sendable {
  public var status: Int
  public var headers: [(name: String, value: String)]
  public var body: APIBody

  public init(status: Int, headers: [(name: String, value: String)] = [], body: APIBody) {
    self.status = status
    self.headers = headers
    self.body = body
  }

  /// The first header of that name, in any case.
  public func header(_ name: String) -> String? {
    headers.first { $0.name.lowercased() == name.lowercased() }?.value
  }
}

/// The bytes of an answer, in pieces as they come. Read it once: a second reader gets nothing.
public struct APIBody: AsyncSequence, Sendable {
  public typealias Element = ByteBuffer
  private let make: @Sendable () -> AsyncIterator
  /// Tells the transport that a reader has waited in vain: what carries the body seems dead, so that nothing new should
  /// go the same way.
  let giveUp: @Sendable () -> Void

  public struct AsyncIterator: AsyncIteratorProtocol {
    private let step: () async throws -> ByteBuffer?

    init(_ step: @escaping () async throws -> ByteBuffer?) { self.step = step }

    public mutating func next() async throws -> ByteBuffer? { try await step() }
  }

  /// - Parameter pieces: read once; cancelled when its reader goes.
  public init<Pieces: AsyncSequence & Sendable>(_ pieces: Pieces) where Pieces.Element == ByteBuffer {
    self.init(pieces) {}
  }

  init<Pieces: AsyncSequence & Sendable>(
    _ pieces: Pieces, giveUp: @escaping @Sendable () -> Void
  ) where Pieces.Element == ByteBuffer {
    self.giveUp = giveUp
    let isTaken = Mutex(false)
    make = {
      let isSecond = isTaken.withLock { isTaken in
        defer { isTaken = true }
        return isTaken
      }
      // NIO ends the process of who iterates a second time.
      if isSecond { return AsyncIterator { nil } }
      var iterator = pieces.makeAsyncIterator()
      return AsyncIterator { try await iterator.next() }
    }
  }

  /// A body that is there already.
  public init(_ whole: ByteBuffer) {
    self.init(
      AsyncStream { continuation in
        if whole.readableBytes > 0 { continuation.yield(whole) }
        continuation.finish()
      })
  }

  public func makeAsyncIterator() -> AsyncIterator { make() }

  /// The whole body in one piece.
  ///
  /// - Parameter limit: bytes; more is an error, so that a broken server cannot fill the memory.
  public func collect(upTo limit: Int) async throws -> ByteBuffer {
    var whole = ByteBuffer()
    for try await var piece in self {
      guard whole.readableBytes + piece.readableBytes <= limit else {
        throw KubernetesError(.badAnswer, "the API server's answer is over \(limit) bytes; ask for less at a time")
      }
      whole.writeBuffer(&piece)
    }
    return whole
  }
}

/// An open WebSocket: whole messages in both directions.
public protocol APISocket: Sendable {
  /// The protocol that the server chose, as `v5.channel.k8s.io`.
  var chosenProtocol: String { get }
  /// The next message (binary or text), or nil when the server has closed the connection.
  func receive() async throws -> ByteBuffer?
  /// Returns when the message may be followed by the next: slow readers slow the writer.
  func send(_ message: ByteBuffer) async throws
  /// Says goodbye and closes. Never fails; closing twice is nothing.
  func close() async
}
