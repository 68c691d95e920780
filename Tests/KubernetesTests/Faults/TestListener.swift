import NIOCore
import NIOPosix

/// Listens at a port of this machine, with a task for each connection.
enum TestListener {
  /// - Parameters:
  ///   - prepare: what each connection's pipeline begins with.
  ///   - serve: one connection, which is closed when its task is cancelled.
  ///   - body: while it runs, connections are taken.
  static func run<Inbound: Sendable>(
    _ prepare: @escaping @Sendable (any Channel) throws -> Void,
    serve: @escaping @Sendable (NIOAsyncChannel<Inbound, ByteBuffer>) async throws -> Void,
    while body: (_ port: Int) async throws -> Void
  ) async throws {
    // Not by the listener's own stream of connections: NIO ends the process when one of them is never looked at.
    let connections = TaskBag()
    let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try prepare(channel)
          let wrapped = try NIOAsyncChannel<Inbound, ByteBuffer>(wrappingChannelSynchronously: channel)
          connections.add { try await serve(wrapped) }
        }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    let result: Result<Void, any Error>
    do {
      result = .success(try await body(listener.localAddress?.port ?? 0))
    } catch {
      result = .failure(error)
    }
    try? await listener.close()
    await connections.end()
    try result.get()
  }
}
