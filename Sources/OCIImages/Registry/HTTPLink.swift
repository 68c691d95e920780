import AsyncHTTPClient
import MusterCore
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import Synchronization

/// Sends single requests: one pool of connections, the certificates that each host is checked against, and limits in time.
///
/// It follows no redirects and knows no credentials: those who do decide what goes where.
final class HTTPLink: Sendable {
  private let client: HTTPClient
  private let configuration: RegistryConfiguration
  private let certificates = Mutex<[[String]: [NIOSSLCertificate]]>([:])

  init(_ configuration: RegistryConfiguration) {
    self.configuration = configuration
    var settings = HTTPClient.Configuration(
      tlsConfiguration: .makeClientConfiguration(), redirectConfiguration: .disallow,
      timeout: .init(
        connect: .nanoseconds(configuration.connectTimeout.wholeNanoseconds),
        read: .nanoseconds(configuration.patience.wholeNanoseconds),
        write: .nanoseconds(configuration.patience.wholeNanoseconds)))
    // A connection each for what runs at once: blobs fill it, and streams of one HTTP/2 connection would share its window.
    settings.httpVersion = .http1Only
    settings.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 16
    // Tried again by those who count the tries.
    settings.connectionPool.retryConnectionEstablishment = false
    client = HTTPClient(eventLoopGroup: MultiThreadedEventLoopGroup.singleton, configuration: settings)
  }

  func close() async throws { try await client.shutdown() }

  /// - Throws: ``ConnectionTrouble``, ``OCIError``, `CancellationError`.
  func send(
    _ method: HTTPMethod, _ address: WebAddress, headers: HTTPHeaders, body: HTTPClientRequest.Body? = nil
  ) async throws -> HTTPClientResponse {
    var request = HTTPClientRequest(url: address.text)
    request.method = method
    request.headers = headers
    request.headers.replaceOrAdd(name: "User-Agent", value: configuration.userAgent)
    request.body = body
    request.tlsConfiguration = try trust(for: address)
    do {
      // Until the answer's head is there. What is sent with PUT and PATCH may be large, and is stored before it is answered.
      let isShort = [.GET, .HEAD, .POST].contains(method)
      let deadline =
        isShort ? .now() + .nanoseconds(configuration.patience.wholeNanoseconds) : NIODeadline.distantFuture
      return try await client.execute(request, deadline: deadline, logger: configuration.logger)
    } catch let error as CancellationError {
      throw error
    } catch let error as OCIError {
      // Of the source of a body, and no trouble of this connection.
      throw error
    } catch let error as HTTPClientError where error == .cancelled {
      throw CancellationError()
    } catch {
      try Task.checkCancellation()
      throw ConnectionTrouble(error, at: address)
    }
  }

  /// The whole body of a small answer. A server that sends a byte now and then is never silent, and so ended only by the time
  /// that all of it may take.
  ///
  /// - Throws: `NIOTooManyBytesError`, `HTTPClientError`, `CancellationError`.
  func body(of response: HTTPClientResponse, upTo limit: Int) async throws -> [UInt8] {
    try await withThrowingTaskGroup(of: [UInt8]?.self) { group in
      group.addTask { Array(buffer: try await response.body.collect(upTo: limit)) }
      group.addTask { [configuration] in
        try await configuration.time.sleep(for: configuration.smallAnswerTime)
        return nil
      }
      defer { group.cancelAll() }
      guard let first = try await group.next(), let body = first else { throw HTTPClientError.deadlineExceeded }
      return body
    }
  }

  /// Nil: the client's own, which trusts what this machine trusts.
  private func trust(for address: WebAddress) throws(OCIError) -> TLSConfiguration? {
    guard address.origin.isSecure else { return nil }
    let files = configuration.host(address.origin).certificateAuthorityFiles
    guard !files.isEmpty else { return nil }
    var trust = TLSConfiguration.makeClientConfiguration()
    trust.additionalTrustRoots = [.certificates(try read(files))]
    return trust
  }

  private func read(_ files: [String]) throws(OCIError) -> [NIOSSLCertificate] {
    if let known = certificates.withLock({ $0[files] }) { return known }
    var all: [NIOSSLCertificate] = []
    for file in files {
      do {
        let found = try NIOSSLCertificate.fromPEMFile(file)
        guard !found.isEmpty else { throw NIOSSLError.failedToLoadCertificate }
        all += found
      } catch {
        throw OCIError(
          .file, "the file '\(file)' has no certificate of an authority in PEM that can be read; give another file",
          cause: error)
      }
    }
    let read = all
    certificates.withLock { $0[files] = read }
    return all
  }
}
