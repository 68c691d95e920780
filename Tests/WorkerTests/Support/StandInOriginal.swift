import CoordinatorAPI
import GRPCCore
import Synchronization

/// A coordinator of the original prover cluster: hands out what the test queued and keeps what is submitted.
final class StandInOriginal: Cluster_Cluster.SimpleServiceProtocol {
  private struct State {
    var tasks: [Cluster_Task] = []
    var failures: [RPCError] = []
    var polls: [Cluster_PollTaskRequest] = []
    var peers: [String] = []
    var proofPeers: [String] = []
  }
  private let state = Mutex(State())
  /// Proofs as they come.
  let proofs: AsyncStream<Cluster_SubmitProofRequest>
  private let submitted: AsyncStream<Cluster_SubmitProofRequest>.Continuation
  private let pollBell: AsyncStream<Void>.Continuation
  /// One element a poll.
  let polled: AsyncStream<Void>

  init() {
    (proofs, submitted) = AsyncStream.makeStream()
    (polled, pollBell) = AsyncStream.makeStream()
  }

  var polls: [Cluster_PollTaskRequest] { state.withLock { $0.polls } }
  /// The ends of the connections over which was polled, and over which proofs came.
  var peers: [String] { state.withLock { $0.peers } }
  var proofPeers: [String] { state.withLock { $0.proofPeers } }

  func queue(_ id: String, circuit: String = "block", input: String = "{}", output: String? = nil) {
    var task = Cluster_Task()
    task.id = id
    task.circuit = circuit
    task.input = .init(input.utf8)
    if let output { task.output = .init(output.utf8) }
    state.withLock { $0.tasks.append(task) }
  }

  /// The next calls, of whatever kind, fail like this.
  func fail(_ errors: RPCError...) { state.withLock { $0.failures += errors } }

  func nextProof() async -> Cluster_SubmitProofRequest? { await proofs.first { _ in true } }
  func nextPoll() async { _ = await polled.first { _ in true } }

  private func failIfTold() throws {
    let failure = state.withLock { $0.failures.isEmpty ? nil : $0.failures.removeFirst() }
    if let failure { throw failure }
  }

  func register(request: Cluster_RegisterRequest, context: ServerContext) async throws -> Cluster_RegisterResponse {
    try failIfTold()
    return .with { $0.proverID = request.hostname.isEmpty ? "" : "given-1" }
  }

  func pollTask(request: Cluster_PollTaskRequest, context: ServerContext) async throws -> Cluster_Task {
    let task = state.withLock { state in
      state.polls.append(request)
      state.peers.append(context.remotePeer)
      return state.failures.isEmpty && !state.tasks.isEmpty ? state.tasks.removeFirst() : nil
    }
    defer { pollBell.yield() }
    try failIfTold()
    guard let task else { throw RPCError(code: .resourceExhausted, message: "no task") }
    return task
  }

  func submitProof(
    request: Cluster_SubmitProofRequest, context: ServerContext
  ) async throws -> Cluster_SubmitProofResponse {
    try failIfTold()
    state.withLock { $0.proofPeers.append(context.remotePeer) }
    submitted.yield(request)
    return .with { $0.valid = request.proof != .init("wrong".utf8) }
  }
}
