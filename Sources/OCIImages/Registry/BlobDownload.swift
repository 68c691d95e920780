import AsyncHTTPClient
import MusterCore
import NIOCore
import NIOHTTP1

/// Fetches a blob; goes on by a range when the connection breaks.
struct BlobDownload: Sendable {
  let repository: RegistryRepository
  let descriptor: Descriptor

  private var what: String { "the blob \(descriptor.digest) of \(repository.name)" }
  private var registry: String { repository.registry }

  /// - Throws: ``OCIError``.
  func open(at offset: Int64) async throws -> Opened {
    guard (0...max(descriptor.size, 0)).contains(offset) else {
      throw OCIError(.badAnswer, "\(what) has \(descriptor.size) bytes, and it was to be read from byte \(offset) on")
    }
    var request = repository.request(.GET, repository.address("blobs/\(descriptor.digest)"))
    if offset > 0 {
      // Nothing is left to ask for.
      if offset == descriptor.size { return Opened(body: nil, surplus: 0) }
      request.headers.add(name: "Range", value: "bytes=\(offset)-")
    }
    let response = try await repository.exchange.send(request)
    switch response.status {
    case .ok:
      try check(length: response, is: descriptor.size)
      // It knows no ranges: what is known already is read and thrown away.
      return Opened(body: response.body, surplus: offset)
    case .partialContent:
      try check(range: response, from: offset)
      try check(length: response, is: descriptor.size - offset)
      return Opened(body: response.body, surplus: 0)
    default:
      throw await repository.exchange.failure(response, what: what)
    }
  }

  struct Opened: Sendable {
    /// Nil: nothing is left.
    let body: HTTPClientResponse.Body?
    /// Bytes at its start that were read before.
    let surplus: Int64
  }

  private func check(length response: HTTPClientResponse, is expected: Int64) throws(OCIError) {
    guard let text = response.headers.first(name: "Content-Length"), let length = Int64(text), length != expected
    else { return }
    throw OCIError(
      .badAnswer,
      "\(registry) sends \(length) bytes of \(what) where \(expected) should come; what points to it, or the registry, is wrong"
    )
  }

  private func check(range response: HTTPClientResponse, from offset: Int64) throws(OCIError) {
    guard let text = response.headers.first(name: "Content-Range") else { return }
    guard text.hasPrefix("bytes \(offset)-") else {
      throw OCIError(
        .badAnswer,
        "\(registry) sends the range '\(ImageReference.shown(text))' of \(what), and byte \(offset) was asked for first"
      )
    }
  }

  func tooLong() -> OCIError {
    OCIError(
      .badAnswer, "\(registry) sends more than the \(descriptor.size) bytes that \(what) should have; do not use it")
  }

  /// The bytes as they come; read once.
  struct Pieces: AsyncSequence, Sendable {
    typealias Element = ByteBuffer
    let download: BlobDownload
    let first: Opened
    let offset: Int64

    func makeAsyncIterator() -> Iterator {
      Iterator(
        download: download, offset: offset, opened: first, plan: download.repository.exchange.configuration.retries)
    }
  }

  struct Iterator: AsyncIteratorProtocol {
    private let download: BlobDownload
    private var offset: Int64
    private var surplus: Int64
    private var body: HTTPClientResponse.Body.AsyncIterator?
    private var plan: RetryPlan

    init(download: BlobDownload, offset: Int64, opened: Opened, plan: RetryPlan) {
      self.download = download
      self.offset = offset
      self.plan = plan
      surplus = opened.surplus
      body = opened.body?.makeAsyncIterator()
    }

    mutating func next() async throws -> ByteBuffer? {
      while true {
        do {
          if let piece = try await read() { return piece }
          if offset == download.descriptor.size { return nil }
          // The connection ended without an error, and too early.
          try await reopen(after: HTTPClientError.remoteConnectionClosed)
        } catch let error as OCIError {
          throw error
        } catch let error as CancellationError {
          throw error
        } catch {
          try Task.checkCancellation()
          try await reopen(after: error)
        }
      }
    }

    private mutating func read() async throws -> ByteBuffer? {
      while var piece = try await body?.next() {
        if surplus > 0 {
          let skipped = min(surplus, Int64(piece.readableBytes))
          piece.moveReaderIndex(forwardBy: Int(skipped))
          surplus -= skipped
        }
        guard piece.readableBytes > 0 else { continue }
        offset += Int64(piece.readableBytes)
        guard offset <= download.descriptor.size else { throw download.tooLong() }
        plan.madeProgress()
        return piece
      }
      return nil
    }

    private mutating func reopen(after error: any Error) async throws {
      let exchange = download.repository.exchange
      body = nil
      guard let pause = plan.pause(after: .connection, random: .random(in: 0...1)) else {
        throw ConnectionTrouble(error, at: WebAddress(origin: exchange.origin, path: "/")).error
      }
      try await exchange.configuration.time.sleep(for: pause)
      let opened = try await download.open(at: offset)
      surplus = opened.surplus
      body = opened.body?.makeAsyncIterator()
    }
  }
}
