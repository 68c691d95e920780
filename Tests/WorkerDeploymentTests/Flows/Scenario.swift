import Testing

/// Something that users do, tried on a server in memory and on a real one.
struct Scenario: Sendable, CustomTestStringConvertible {
  let testDescription: String
  /// False: the namespace is not there at first.
  var isThere = true
  let run: @Sendable (Flow) async throws -> Void

  init(_ name: String, isThere: Bool = true, _ run: @escaping @Sendable (Flow) async throws -> Void) {
    testDescription = name
    self.isThere = isThere
    self.run = run
  }

  static let all =
    DeployScenarios.all + DriftScenarios.all + AdoptionScenarios.all + TeardownScenarios.all
    + ImageTeardownScenarios.all + ChangeScenarios.all
    + FailureScenarios.all + RightsScenarios.all + WholeScenarios.all
}
