import NIOCore
import NIOPosix
import Synchronization

/// Stands between a client and a server, and passes their bytes on as they are, until a test tells it to do harm: TLS and
/// HTTP/2 go through it from end to end.
final class FaultyRelay: Sendable {
  private typealias Connection = NIOAsyncChannel<ByteBuffer, ByteBuffer>

  private struct State {
    var links: [Int: RelayLink] = [:]
    var accepted = 0
    var next: [RelayFault] = []
  }

  private let target: (host: String, port: Int)
  private let state = Mutex(State())

  private init(_ target: (host: String, port: Int)) { self.target = target }

  /// Relays to a server while `body` runs.
  static func with(
    _ target: (host: String, port: Int), _ body: (FaultyRelay, _ port: Int) async throws -> Void
  ) async throws {
    let relay = FaultyRelay(target)
    try await TestListener.run({ _ in }, serve: { try await relay.relay($0) }, while: { try await body(relay, $0) })
  }

  /// How many connections clients have made.
  var accepted: Int { state.withLock { $0.accepted } }

  /// Does this to all connections that there are.
  func harm(_ fault: RelayFault) {
    let links = state.withLock { Array($0.links.values) }
    for link in links { link.harm(fault) }
  }

  /// Does these to the connections that come next, one to each.
  func harmNext(_ faults: RelayFault...) { state.withLock { $0.next += faults } }

  private func relay(_ client: Connection) async throws {
    let (number, fault) = state.withLock { state in
      state.accepted += 1
      return (state.accepted, state.next.isEmpty ? nil : state.next.removeFirst())
    }
    try await client.executeThenClose { fromClient, _ in
      let server = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        .connect(host: target.host, port: target.port) { channel in
          channel.eventLoop.makeCompletedFuture { try Connection(wrappingChannelSynchronously: channel) }
        }
      try await server.executeThenClose { fromServer, _ in
        let link = RelayLink(client: client.channel, server: server.channel, fault)
        state.withLock { $0.links[number] = link }
        defer { state.withLock { $0.links[number] = nil } }
        try await link.run(fromClient, fromServer)
      }
    }
  }
}
