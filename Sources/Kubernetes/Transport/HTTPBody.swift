import AsyncHTTPClient
import NIOCore

/// The body of an answer from the network.
struct HTTPBody: AsyncSequence, Sendable {
  typealias Element = ByteBuffer

  let body: HTTPClientResponse.Body
  /// Kept, so that its connections stay open until the body has been read.
  let use: PoolUse
  let failure: TransportFailure

  struct AsyncIterator: AsyncIteratorProtocol {
    fileprivate var pieces: HTTPClientResponse.Body.AsyncIterator
    fileprivate let use: PoolUse
    fileprivate let failure: TransportFailure

    mutating func next() async throws -> ByteBuffer? {
      do {
        return try await pieces.next()
      } catch {
        throw failure.judge(error, hasAnswer: true)
      }
    }
  }

  func makeAsyncIterator() -> AsyncIterator {
    AsyncIterator(pieces: body.makeAsyncIterator(), use: use, failure: failure)
  }
}
