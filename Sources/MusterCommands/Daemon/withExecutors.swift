import Executors

/// Runs `body` with a host for programs, whose working directories stand in the state directory; ends what still runs.
/// Isolated programs see nothing of that directory but their own.
func withExecutors<Answer>(state: String, _ body: (ExecutorHost) async throws -> Answer) async throws -> Answer {
  let host = try ExecutorHost(
    keeperCommand: CommandContext.current.keeperCommand,
    workRoot: state.hasSuffix("/") ? state + "work" : state + "/work", hidden: [state])
  let result: Result<Answer, any Error>
  do {
    result = .success(try await body(host))
  } catch {
    result = .failure(error)
  }
  await host.close()
  return try result.get()
}
