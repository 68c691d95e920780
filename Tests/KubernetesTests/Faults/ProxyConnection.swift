import NIOCore
import NIOHTTP1

@testable import Kubernetes

/// One connection of a client to a ``FaultyProxy``.
struct ProxyConnection: Sendable {
  typealias Wrapped = NIOAsyncChannel<HTTPServerRequestPart, ByteBuffer>

  let proxy: FaultyProxy
  let client: Wrapped
  private var channel: any Channel { client.channel }

  init(_ proxy: FaultyProxy, _ client: Wrapped) {
    self.proxy = proxy
    self.client = client
  }

  /// Answers requests until either side closes the connection.
  func run() async throws {
    try await client.executeThenClose { parts, _ in
      try await withThrowingDiscardingTaskGroup { group in
        defer { group.cancelAll() }
        var head: HTTPRequestHead?
        var body = ByteBuffer()
        for try await part in parts {
          switch part {
          case .head(let next): head = next
          case .body(var piece): body.writeBuffer(&piece)
          case .end:
            guard let head else { return }
            let (request, fault) = try proxy.note(head, body)
            body.clear()
            // Beside the reading, which notices when the client goes.
            group.addTask {
              do {
                try await answer(request, fault)
              } catch {
                channel.close(promise: nil)
              }
            }
          }
        }
      }
    }
  }

  /// - Throws: when the connection is to be closed.
  private func answer(_ request: ProxyRequest, _ fault: ProxyFault?) async throws {
    let json = (name: "Content-Type", value: "application/json")
    switch fault {
    case .refuse(let code, let reason, let retryAfter):
      let more = retryAfter.map { [(name: "Retry-After", value: String($0))] } ?? []
      try await write(ProxyAnswer.head(code, [json] + more))
      try await write(ProxyAnswer.chunk(ByteBuffer(string: ProxyAnswer.status(code, reason))))
    case .errorEvent(let code, let reason):
      try await write(ProxyAnswer.head(200, [json]))
      let event = #"{"type":"ERROR","object":\#(ProxyAnswer.status(code, reason))}"# + "\n"
      try await write(ProxyAnswer.chunk(ByteBuffer(string: event)))
    case .swallow:
      _ = try await proxy.server.send(request.forwarded).body.collect(upTo: 1 << 20)
      throw ChannelError.eof
    case .cut(let after): try await forward(request, upTo: after, isClean: false)
    case .truncate(let after): try await forward(request, upTo: after, isClean: true)
    case nil: try await forward(request, upTo: .max, isClean: true)
    }
    try await write(ProxyAnswer.end)
  }

  private func forward(_ request: ProxyRequest, upTo limit: Int, isClean: Bool) async throws {
    let response = try await proxy.server.send(request.forwarded)
    try await write(ProxyAnswer.head(response.status, response.headers))
    var room = limit
    if room == 0 {
      // Of a watch nothing may come for a while.
      if !isClean { try await spoil(ByteBuffer(), missing: 1) }
      return
    }
    for try await var piece in response.body where piece.readableBytes > 0 {
      let count = piece.readableBytes
      guard count >= room, let part = piece.readSlice(length: room) else {
        room -= count
        try await write(ProxyAnswer.chunk(piece))
        continue
      }
      guard isClean else { return try await spoil(part, missing: max(count - room, 1)) }
      return try await write(ProxyAnswer.chunk(part))
    }
  }

  /// Writes half a chunk, after which nothing can come.
  private func spoil(_ part: ByteBuffer, missing: Int) async throws {
    try await write(ProxyAnswer.chunk(part, missing: missing))
    throw ChannelError.eof
  }

  private func write(_ bytes: ByteBuffer) async throws { try await channel.writeAndFlush(bytes).get() }
}
