import MusterCore
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import NIOWebSocket

/// Opens WebSockets to API servers over HTTP/1.1, with TLS or without, directly or through an HTTP proxy.
///
/// Bounds: a frame of 1 MiB, a message of 4 MiB, 1 MiB of messages that wait for their reader; then the server is made
/// to wait.
public struct WebSocketConnector: SocketConnector {
  private enum Outcome: Sendable {
    case open(WebSocket)
    case refused(EventLoopFuture<APIResponse>)
  }

  private let group: any EventLoopGroup

  public init(group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton) { self.group = group }

  public func openSocket(
    _ request: APIRequest, protocols: [String], to configuration: ClientConfiguration, certificate: ClientCertificate?
  ) async throws -> any APISocket {
    let failure = TransportFailure(configuration: configuration, patience: request.patience)
    let attempt = SocketAttempt()
    defer { attempt.end() }
    do {
      return try await withTaskCancellationHandler {
        try await open(request, protocols, configuration, certificate, attempt)
      } onCancel: {
        attempt.end()
      }
    } catch let error as NIOHTTPClientUpgradeError where error == .responseProtocolNotFound {
      throw Self.spdyOnly(configuration, "it answers with another protocol than WebSocket")
    } catch {
      if attempt.isLate { throw Self.late(configuration, request.patience) }
      throw failure.judge(error, hasAnswer: false)
    }
  }

  private func open(
    _ request: APIRequest, _ protocols: [String], _ configuration: ClientConfiguration,
    _ certificate: ClientCertificate?, _ attempt: SocketAttempt
  ) async throws -> any APISocket {
    let tls =
      try configuration.server.isEncrypted
      ? NIOSSLContext(configuration: TLSSettings.make(configuration, certificate: certificate)) : nil
    let target =
      configuration.proxy.map { ($0.host, $0.port) } ?? (configuration.server.host, configuration.server.port)
    let identity = ServerIdentity(configuration)
    let outcome = try await ClientBootstrap(group: group)
      .connectTimeout(.seconds(10))
      .keepingAlive()
      .connect(host: target.0, port: target.1) { channel in
        channel.eventLoop.makeCompletedFuture {
          attempt.begin(channel, .nanoseconds(max(request.patience.wholeNanoseconds, 0)))
          var pipeline: [any ChannelHandler] = []
          if let proxy = configuration.proxy {
            let server = configuration.server
            pipeline.append(ProxyConnectHandler(proxy, to: server.host, port: server.port))
          }
          if let tls {
            let name = configuration.serverName ?? configuration.server.host
            pipeline.append(
              try NIOSSLClientHandler(context: tls, serverHostname: ServerIdentity.isAddress(name) ? nil : name))
            pipeline.append(ServerIdentityHandler { identity.check($0) })
          }
          pipeline.append(LateEndHandler())
          try channel.pipeline.syncOperations.addHandlers(pipeline)
          return try channel.pipeline.syncOperations.configureUpgradableHTTPClientPipeline(
            configuration: Self.upgrade(request, protocols, configuration))
        }
      }
    let result = try await outcome.get()
    switch result {
    case .open(let socket):
      guard attempt.succeed(socket.channel) else { throw CancellationError() }
      guard protocols.contains(socket.chosenProtocol) else {
        await socket.close()
        throw KubernetesError(
          .unsupported,
          "the API server at \(configuration.server) opens a WebSocket but agrees to none of the protocols "
            + "\(protocols.joined(separator: ", ")); it is older than Kubernetes 1.4, or a proxy is between")
      }
      return socket
    case .refused(let answer):
      let response = try await answer.get()
      let body = try await response.body.collect(upTo: Refusal.largestBody)
      throw Self.refusal(response, body, request, configuration)
    }
  }

  private static func upgrade(
    _ request: APIRequest, _ protocols: [String], _ configuration: ClientConfiguration
  ) -> NIOUpgradableHTTPClientPipelineConfiguration<Outcome> {
    var headers = HTTPHeaders(request.headers.map { ($0.name, $0.value) })
    headers.replaceOrAdd(name: "Host", value: RequestURL.authority(of: configuration.server))
    headers.replaceOrAdd(name: "Sec-WebSocket-Protocol", value: protocols.joined(separator: ", "))
    let head = HTTPRequestHead(
      version: .http1_1, method: .GET, uri: configuration.server.pathPrefix + RequestURL.pathAndQuery(request),
      headers: headers)
    let upgrader = NIOTypedWebSocketClientUpgrader<Outcome>(maxFrameSize: WebSocketMessages.frameLimit) {
      channel, head in
      channel.eventLoop.makeCompletedFuture {
        let handler = WebSocketHandler()
        try channel.pipeline.syncOperations.addHandler(handler)
        let chosen = head.headers.first(name: "Sec-WebSocket-Protocol") ?? ""
        return .open(WebSocket(channel: channel, inbox: handler.inbox, chosenProtocol: chosen))
      }
    }
    let settings = NIOTypedHTTPClientUpgradeConfiguration<Outcome>(upgradeRequestHead: head, upgraders: [upgrader]) {
      channel in
      channel.eventLoop.makeCompletedFuture {
        let handler = RefusedUpgradeHandler(channel.eventLoop)
        try channel.pipeline.syncOperations.addHandler(handler)
        return .refused(handler.answer)
      }
    }
    var pipeline = NIOUpgradableHTTPClientPipelineConfiguration(upgradeConfiguration: settings)
    // What comes in one packet with the answer is the beginning of the output: dropping it loses it without a word.
    pipeline.leftOverBytesStrategy = .forwardBytes
    return pipeline
  }

  private static func refusal(
    _ response: APIResponse, _ body: ByteBuffer, _ request: APIRequest, _ configuration: ClientConfiguration
  ) -> KubernetesError {
    let text = String(buffer: body).lowercased()
    let speaksOfUpgrade =
      text.contains("unable to upgrade") || text.contains("upgrade request required")
      || text.contains("missing upgrade")
    if response.status == 426 || (speaksOfUpgrade && [400, 403, 500].contains(response.status)) {
      return spdyOnly(configuration, "it answers \(response.status) to a request for a WebSocket")
    }
    let call = Call(request, verb: "open", subject: "a WebSocket for \(request.path)")
    return Refusal(
      status: response.status, header: response.header("Retry-After"), body: body, call: call
    ).error
  }

  private static func spdyOnly(_ configuration: ClientConfiguration, _ sign: String) -> KubernetesError {
    KubernetesError(
      .unsupported,
      "the API server at \(configuration.server) offers this only over SPDY, which is not spoken here (\(sign)); use a "
        + "server that speaks WebSocket, as every Kubernetes since 1.4 does, and look whether a proxy removes the Upgrade"
    )
  }

  private static func late(_ configuration: ClientConfiguration, _ patience: Duration) -> KubernetesError {
    KubernetesError(
      .deadline,
      "the API server at \(configuration.server) did not open a WebSocket within \(patience.wholeMilliseconds) ms; look "
        + "at the server's load and at the network, or allow it more time")
  }
}
