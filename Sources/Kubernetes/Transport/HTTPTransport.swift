import AsyncHTTPClient
import MusterCore
import NIOCore
import NIOHTTP1
import Synchronization

/// Carries requests to an API server over the network: HTTP/2 where the server speaks it. Watches, and logs that are
/// followed, have connections of their own, so that no other request has to wait behind them.
///
/// Credentials are asked for before each request, so a token that rotates is always the present one; when the server
/// says 401 they are renewed, and the request is sent once more. A new client certificate opens new connections; the
/// old ones live as long as answers are being read from them. Redirects are not followed: credentials go to the
/// configured server and nowhere else.
public final class HTTPTransport: APITransport {
  private struct State {
    var certificate: ClientCertificate?
    var pools: HTTPPools
  }

  private let configuration: ClientConfiguration
  private let userAgent: String
  private let sockets: (any SocketConnector)?
  private let state: Mutex<State?>

  /// Opens no connection yet.
  ///
  /// - Parameters:
  ///   - userAgent: who asks, as it stands in the server's audit log.
  ///   - sockets: opens WebSockets; without it, ``openSocket(_:protocols:)`` is unsupported.
  public init(
    _ configuration: ClientConfiguration, userAgent: String = ClientBehaviour().userAgent,
    sockets: (any SocketConnector)? = nil
  ) {
    self.configuration = configuration
    self.userAgent = userAgent
    self.sockets = sockets
    state = Mutex(nil)
  }

  public func send(_ request: APIRequest) async throws -> APIResponse {
    let credentials = try await configuration.credentials.current(forceRefresh: false)
    let response = try await send(request, credentials)
    guard response.status == 401 else { return response }
    let renewed = try await configuration.credentials.current(forceRefresh: true)
    return renewed == credentials ? response : try await send(request, renewed)
  }

  public func openSocket(_ request: APIRequest, protocols: [String]) async throws -> any APISocket {
    guard let sockets else {
      throw KubernetesError(
        .unsupported, "this transport opens no WebSockets; give it a SocketConnector when it is made")
    }
    let credentials = try await configuration.credentials.current(forceRefresh: false)
    do {
      return try await open(sockets, request, protocols, credentials)
    } catch let error as KubernetesError where error.status?.code == 401 {
      let renewed = try await configuration.credentials.current(forceRefresh: true)
      guard renewed != credentials else { throw error }
      return try await open(sockets, request, protocols, renewed)
    }
  }

  private func open(
    _ sockets: any SocketConnector, _ request: APIRequest, _ protocols: [String], _ credentials: Credentials
  ) async throws -> any APISocket {
    var request = request
    request.headers = headers(of: request, credentials)
    return try await sockets.openSocket(
      request, protocols: protocols, to: configuration, certificate: credentials.certificate)
  }

  private func send(_ request: APIRequest, _ credentials: Credentials) async throws -> APIResponse {
    let use = try use(for: credentials.certificate, isLong: request.isLong)
    var message = HTTPClientRequest(url: RequestURL.text(request, to: configuration))
    message.method = HTTPMethod(rawValue: request.method.rawValue)
    message.headers = HTTPHeaders(headers(of: request, credentials).map { ($0.name, $0.value) })
    // With a server name of its own, the URL holds that one; the server is still told the host that was asked for.
    message.headers.replaceOrAdd(name: "Host", value: RequestURL.authority(of: configuration.server))
    if let body = request.body { message.body = .bytes(body) }
    var failure = TransportFailure(configuration: configuration, patience: request.patience)
    let mark = use.pool.connections.madeIfNoneIsOpen
    do {
      let deadline = NIODeadline.now() + .nanoseconds(max(request.patience.wholeNanoseconds, 0))
      let answer = try await use.pool.client.execute(message, deadline: deadline)
      let body = HTTPBody(body: answer.body, use: use, failure: failure)
      return APIResponse(
        status: Int(answer.status.code), headers: answer.headers.map { ($0.name, $0.value) },
        body: APIBody(body) { [weak self, pool = use.pool] in self?.drop(pool) })
    } catch {
      failure.wasConnected = use.pool.connections.stood(since: mark)
      let error = failure.judge(error, hasAnswer: false)
      // Perhaps the server is slow, perhaps the connection is dead: the next request shall not find out.
      if (error as? KubernetesError)?.code == .deadline { drop(use.pool) }
      throw error
    }
  }

  private func headers(of request: APIRequest, _ credentials: Credentials) -> [(name: String, value: String)] {
    var headers = request.headers
    if request.header("User-Agent") == nil { headers.append(("User-Agent", userAgent)) }
    headers += configuration.impersonation?.headers ?? []
    if let authorization = credentials.authorization { headers.append(("Authorization", authorization.reveal())) }
    return headers
  }

  /// A place on the connections for a certificate; those for another one are let go.
  private func use(for certificate: ClientCertificate?, isLong: Bool) throws -> PoolUse {
    try state.withLock { state in
      var pools: HTTPPools
      if let state, state.certificate == certificate {
        pools = state.pools
      } else {
        pools = HTTPPools(try HTTPPool.settings(configuration, certificate: certificate))
      }
      let use = pools.use(isLong: isLong)
      state = State(certificate: certificate, pools: pools)
      return use
    }
  }

  private func drop(_ pool: HTTPPool) { state.withLock { $0?.pools.drop(pool) } }
}

extension APIRequest {
  /// Whether the answer ends when something happens in the cluster, and perhaps never.
  var isLong: Bool {
    query.contains { ($0.name == "watch" || $0.name == "follow") && ($0.value == "true" || $0.value == "1") }
  }

  /// The first header of that name, in any case.
  func header(_ name: String) -> String? { headers.first { $0.name.lowercased() == name.lowercased() }?.value }
}
