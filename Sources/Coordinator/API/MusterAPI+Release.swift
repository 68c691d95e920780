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
    let passing = PassedOnReleases(context: self.context)
    var pace = ReleasePace(count: names.count)
    var answers: [Muster_V1_ReleaseAnswer] = []
    for name in names {
      answers.append(try await release(name, passing))
      if answers.count < names.count, let pause = pace.pauseAfterOne() { try await self.context.time.sleep(for: pause) }
    }
    let unheard = try await answering { try await passing.unheard() }
    for index in answers.indices {
      guard let sentence = unheard[answers[index].name] else { continue }
      answers[index].release = .unspecified
      answers[index].problem = Problem("not_released", sentence).message
    }
    return .with { $0.answers = answers }
  }

  private func release(_ name: String, _ passing: PassedOnReleases) async throws -> Muster_V1_ReleaseAnswer {
    var answer = Muster_V1_ReleaseAnswer.with { $0.name = name }
    if let session = context.registry.live(name) {
      answer.release = await context.release(session)
    } else if !OriginalProver.isRosterName(name), try await answering({ try await passing.post(name) }) {
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
