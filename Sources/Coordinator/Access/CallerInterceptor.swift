import GRPCCore
import MusterCore
import Synchronization

/// Sees to who makes each call before anything else looks at it, and turns away who may not make it.
struct CallerInterceptor: ServerInterceptor {
  /// Nil in tests without a network: then everybody is trusted.
  let door: Door?

  func intercept<Input: Sendable, Output: Sendable>(
    request: StreamingServerRequest<Input>, context: ServerContext,
    next: @Sendable (StreamingServerRequest<Input>, ServerContext) async throws -> StreamingServerResponse<Output>
  ) async throws -> StreamingServerResponse<Output> {
    guard let door else {
      var context = context
      context.transportSpecific = Caller.inProcess
      return try await next(request, context)
    }
    let caller = door.caller(context.remotePeer, context.localPeer)
    if let refusal = door.refusal(caller, context.descriptor) { throw refusal }
    var context = context
    context.transportSpecific = caller
    return try await next(request, context)
  }
}
