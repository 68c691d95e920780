/// What comes of each command on the real server where nothing is in its way: it takes a namespace of its own, and is asked for
/// once.
actor WholeRuns {
  static let shared = WholeRuns()

  private var known: [String: OutageCommand.Whole] = [:]

  func of(_ command: OutageCommand) async throws -> OutageCommand.Whole {
    if let whole = known[command.testDescription] { return whole }
    let whole = try await command.undisturbed(try FlowServer.real())
    known[command.testDescription] = whole
    return whole
  }
}
