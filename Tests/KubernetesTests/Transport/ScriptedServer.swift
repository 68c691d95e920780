import MusterCore
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

@testable import Kubernetes

/// A stand-in for an API server, over HTTP/1 and real connections, which does what the test says, byte by byte.
final class ScriptedServer: Sendable {
  enum Step: Sendable {
    case head(Int, [(String, String)])
    case bytes(String)
    case end
    /// The connection breaks in the middle.
    case drop
  }

  struct Seen: Sendable {
    var method: String
    var uri: String
    var headers: HTTPHeaders
    var body: String
  }

  typealias Script = @Sendable (Seen, _ number: Int) -> [Step]

  let port: Int
  private let channel: any Channel
  private let log: Log

  /// Serves while `body` runs.
  static func with(_ script: @escaping Script, _ body: (ScriptedServer) async throws -> Void) async throws {
    let log = Log()
    let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .childChannelInitializer { channel in
        channel.pipeline.configureHTTPServerPipeline().flatMapThrowing {
          try channel.pipeline.syncOperations.addHandler(Handler(script: script, log: log))
        }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    let server = ScriptedServer(channel: channel, log: log)
    do {
      try await body(server)
    } catch {
      try? await channel.close()
      throw error
    }
    try await channel.close()
  }

  final class Log: Sendable {
    let seen = Mutex<[Seen]>([])
  }

  private init(channel: any Channel, log: Log) {
    self.channel = channel
    port = channel.localAddress?.port ?? 0
    self.log = log
  }

  var requests: [Seen] { log.seen.withLock { $0 } }

  func configuration(_ credentials: any CredentialSource = FixedCredentials()) -> ClientConfiguration {
    ClientConfiguration(
      server: ServerAddress(isEncrypted: false, host: "127.0.0.1", port: port, pathPrefix: "/prefix"),
      credentials: credentials)
  }

  private final class Handler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let script: Script
    private let log: Log
    private var current: Seen?

    init(script: @escaping Script, log: Log) {
      self.script = script
      self.log = log
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      switch unwrapInboundIn(data) {
      case .head(let head):
        current = Seen(method: head.method.rawValue, uri: head.uri, headers: head.headers, body: "")
      case .body(let bytes): current?.body += String(buffer: bytes)
      case .end: if let current { answer(current, context) }
      }
    }

    private func answer(_ request: Seen, _ context: ChannelHandlerContext) {
      let number = log.seen.withLock { seen in
        seen.append(request)
        return seen.count - 1
      }
      for step in script(request, number) {
        switch step {
        case .head(let status, let headers):
          let head = HTTPResponseHead(
            version: .http1_1, status: HTTPResponseStatus(statusCode: status), headers: HTTPHeaders(headers))
          context.writeAndFlush(wrapOutboundOut(.head(head)), promise: nil)
        case .bytes(let text):
          context.writeAndFlush(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: text)))), promise: nil)
        case .end: context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        case .drop: context.close(promise: nil)
        }
      }
    }
  }
}
