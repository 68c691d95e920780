import CoordinatorAPI
import GRPCCore
import TaskStore

extension MusterAPI {
  /// The most names of one call.
  private static let mostReleased = 10_000

  func releaseWorkers(
    request: Muster_V1_ReleaseWorkersRequest, context: ServerContext
  ) async throws -> Muster_V1_ReleaseWorkersResponse {
    guard request.names.count <= Self.mostReleased else {
      throw RPCError(
        code: .invalidArgument,
        message:
          "one call may name \(Self.mostReleased) workers, and this one names \(request.names.count); send several")
    }
    let here = request.all ? self.context.registry.liveSessions.map(\.facts.name).sorted() : []
    let named = Set(request.names)
    let names = request.names + here.filter { !named.contains($0) }
    self.context.audit.record("release", by: context.caller, names)
    var answers: [Muster_V1_ReleaseAnswer] = []
    for name in names { answers.append(try await release(name)) }
    return .with { $0.answers = answers }
  }

  private func release(_ name: String) async throws -> Muster_V1_ReleaseAnswer {
    var answer = Muster_V1_ReleaseAnswer.with { $0.name = name }
    if let session = context.registry.live(name) {
      answer.release = await context.release(session)
    } else if let sharing = context.store.sharing, !OriginalProver.isRosterName(name),
      try await answering({ try await sharing.post(.release, to: name) })
    {
      answer.release = .passedOn
    } else {
      answer.problem =
        Problem(
          "no_worker",
          "no worker called '\(name.prefix(140))' is connected; 'muster worker list' shows those that are"
        ).message
    }
    return answer
  }
}
