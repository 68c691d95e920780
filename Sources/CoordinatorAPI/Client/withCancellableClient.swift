import GRPCCore

/// Runs `body` with a client over `transport` and closes the connection, as `withGRPCClient` does, and returns also when
/// the task is cancelled while the connection is being made.
///
/// grpc-swift forgets a call that enters the queue of an idle channel after its task was cancelled: nothing ends it any
/// more, and a worker told to leave in its first moments never did. So the channel is closed first, which ends
/// whatever is in that queue and refuses what comes, and the cancelling follows. For that the client runs in a task of
/// its own: cancelled together, the channel might never see that it has to close.
public func withCancellableClient<Transport: ClientTransport, Answer: Sendable>(
  transport: Transport, _ body: @escaping @Sendable (GRPCClient<Transport>) async throws -> Answer
) async throws -> Answer {
  let conversation = Task { try await withGRPCClient(transport: transport) { try await body($0) } }
  return try await withTaskCancellationHandler {
    try await conversation.value
  } onCancel: {
    transport.beginGracefulShutdown()
    conversation.cancel()
  }
}
