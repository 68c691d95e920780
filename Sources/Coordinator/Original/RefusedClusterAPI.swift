import CoordinatorAPI
import GRPCCore

/// Answers clients of the original protocol on a listener where it is off: with the setting that turns it on.
struct RefusedClusterAPI: Cluster_Cluster.SimpleServiceProtocol {
  private var refusal: RPCError {
    RPCError(
      code: .unimplemented,
      message:
        "this listener does not serve the prover cluster's protocol; add 'original' to its 'protocols' under 'listen' in the coordinator's file"
    )
  }

  func register(request: Cluster_RegisterRequest, context: ServerContext) async throws -> Cluster_RegisterResponse {
    throw refusal
  }

  func pollTask(request: Cluster_PollTaskRequest, context: ServerContext) async throws -> Cluster_Task { throw refusal }

  func submitProof(
    request: Cluster_SubmitProofRequest, context: ServerContext
  ) async throws -> Cluster_SubmitProofResponse { throw refusal }
}
