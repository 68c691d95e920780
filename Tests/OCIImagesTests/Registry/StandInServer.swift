import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// An HTTP server that stands in for a real one: it answers as a test says, and breaks connections when a test wants it.
final class StandInServer: Sendable {
  struct Request: Sendable {
    let method: HTTPMethod
    /// Without the query.
    let path: String
    let query: [String: String]
    let headers: HTTPHeaders
    let body: [UInt8]
    /// The connection is broken before the end of the body.
    let isCut: Bool

    var isPut: Bool { method == .PUT }
  }

  struct Reply: Sendable {
    var status: HTTPResponseStatus = .ok
    var headers: HTTPHeaders = [:]
    var body: [UInt8] = []
    /// Bytes of the body that are sent before the connection is broken; nil: all.
    var cutAfter: Int?
    /// Nothing is sent, and the connection is broken.
    var isSwallowed = false
  }

  typealias Answer = @Sendable (Request) -> Reply
  /// Bytes of a request's body that are read before the connection is broken; nil: all.
  typealias Cut = @Sendable (HTTPRequestHead) -> Int?

  let port: Int
  private let channel: any Channel

  private init(_ channel: any Channel) {
    self.channel = channel
    port = channel.localAddress?.port ?? 0
  }

  var address: String { "127.0.0.1:\(port)" }

  static func with(
    answer: @escaping Answer, cut: @escaping Cut = { _ in nil }, _ work: (StandInServer) async throws -> Void
  ) async throws {
    let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.configureHTTPServerPipeline()
          try channel.pipeline.syncOperations.addHandler(Handler(answer: answer, cut: cut))
        }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    do {
      try await work(StandInServer(channel))
      try await channel.close()
    } catch {
      try? await channel.close()
      throw error
    }
  }

  private final class Handler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let answer: Answer
    private let cut: Cut
    private var head: HTTPRequestHead?
    private var body: [UInt8] = []
    private var limit: Int?

    init(answer: @escaping Answer, cut: @escaping Cut) {
      self.answer = answer
      self.cut = cut
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      switch unwrapInboundIn(data) {
      case .head(let head):
        self.head = head
        body = []
        limit = cut(head)
      case .body(let piece):
        guard let head else { return }
        body += Array(buffer: piece)
        if let limit, body.count >= limit {
          _ = answer(Self.request(head, Array(body.prefix(limit)), isCut: true))
          self.head = nil
          context.close(promise: nil)
        }
      case .end:
        guard let head else { return }
        send(answer(Self.request(head, body, isCut: false)), to: head, context)
      }
    }

    private func send(_ reply: Reply, to head: HTTPRequestHead, _ context: ChannelHandlerContext) {
      if reply.isSwallowed { return context.close(promise: nil) }
      var headers = reply.headers
      if !headers.contains(name: "Content-Length"), reply.status != .noContent {
        headers.add(name: "Content-Length", value: "\(reply.body.count)")
      }
      let version = head.version
      context.write(
        wrapOutboundOut(.head(HTTPResponseHead(version: version, status: reply.status, headers: headers))), promise: nil
      )
      if head.method != .HEAD, !reply.body.isEmpty {
        let sent = reply.body.prefix(reply.cutAfter ?? .max)
        context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: sent)))), promise: nil)
      }
      if reply.cutAfter != nil {
        context.flush()
        context.close(promise: nil)
      } else {
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
      }
    }

    private static func request(_ head: HTTPRequestHead, _ body: [UInt8], isCut: Bool) -> Request {
      let parts = head.uri.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
      var query: [String: String] = [:]
      for item in parts.dropFirst().first?.split(separator: "&") ?? [] {
        let pair = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        query[String(pair[0])] = pair.count == 2 ? pair[1].removingPercentEncoding ?? "" : ""
      }
      return Request(
        method: head.method, path: String(parts[0]), query: query, headers: head.headers, body: body, isCut: isCut)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
  }
}
