import MusterCore
import Subprocess

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A program `docker-credential-NAME` that keeps credentials.
///
/// Source of the protocol: the project docker-credential-helpers: `get`, with the registry on standard input, answers in JSON.
struct CredentialHelper: Sendable {
  private let program: String
  private let environment: [String: String]
  private let timeLimit: Duration
  private let time: any Timekeeper

  private static let maximumAnswer = 65_536

  /// - Parameter name: without `docker-credential-`.
  /// - Throws: ``OCIError`` (`registry_credentials`) for a name that could mean a program outside the PATH.
  init(
    name: String, environment: [String: String], timeLimit: Duration = .seconds(30), time: any Timekeeper = SystemTime()
  ) throws(OCIError) {
    guard !name.isEmpty, name.utf8.count <= 100, ReferenceGrammar.isTag(name) else {
      throw OCIError(
        .credentials,
        "the credential helper '\(ImageReference.shown(name))' has no name that a helper can have; write only letters, digits, '-', '_' and '.'"
      )
    }
    program = "docker-credential-\(name)"
    self.environment = environment
    self.timeLimit = timeLimit
    self.time = time
  }

  /// - Returns: nil if the helper has none.
  /// - Throws: ``OCIError`` (`registry_credentials`); never with anything that the helper said.
  func credentials(for registry: String) async throws -> RegistryCredentials? {
    let answer: (isSuccess: Bool, output: [UInt8])
    do {
      answer = try await withTimeLimit { try await ask(registry) }
    } catch let error as OCIError {
      throw error
    } catch is CancellationError {
      throw CancellationError()
    } catch {
      throw OCIError(
        .credentials,
        "the credential helper '\(program)' for \(registry) could not be run; install it, or take it out of the file of credentials"
      )
    }
    guard answer.isSuccess else {
      let said = String(decoding: answer.output.prefix(500), as: UTF8.self)
      if said.contains("credentials not found") { return nil }
      throw OCIError(
        .credentials,
        "the credential helper '\(program)' failed to give credentials for \(registry); run it by hand to see why")
    }
    struct Answer: Decodable {
      let Username: String
      let Secret: String
    }
    guard let parsed = try? JSONDecoder().decode(Answer.self, from: Data(answer.output)) else {
      throw OCIError(
        .credentials,
        "the credential helper '\(program)' did not answer with a user name and a secret for \(registry); update it")
    }
    // How a helper says that what it has is no password.
    if parsed.Username == "<token>" { return .identityToken(Secret(parsed.Secret)) }
    if parsed.Username.isEmpty && parsed.Secret.isEmpty { return nil }
    return .password(user: parsed.Username, password: Secret(parsed.Secret))
  }

  private func ask(_ registry: String) async throws -> (isSuccess: Bool, output: [UInt8]) {
    let variables = environment.reduce(into: [Environment.Key: String]()) { result, item in
      if let key = Environment.Key(rawValue: item.key) { result[key] = item.value }
    }
    let result = try await run(
      .name(program), arguments: ["get"], environment: .custom(variables), input: .string(registry),
      output: .bytes(limit: Self.maximumAnswer), error: .discarded)
    return (result.terminationStatus.isSuccess, result.standardOutput)
  }

  /// A helper may wait for a person who is not there. Leaving the group cancels it, which ends the program.
  private func withTimeLimit<Result: Sendable>(_ work: @escaping @Sendable () async throws -> Result) async throws
    -> Result
  {
    try await withThrowingTaskGroup(of: Result?.self) { group in
      group.addTask { try await work() }
      group.addTask {
        try await time.sleep(for: timeLimit)
        return nil
      }
      defer { group.cancelAll() }
      guard let first = try await group.next(), let result = first else {
        throw OCIError(
          .credentials,
          "the credential helper '\(program)' did not answer within \(DurationText.text(timeLimit)); run it by hand to see what it waits for"
        )
      }
      return result
    }
  }
}
