import MusterCore
import Subprocess

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
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
    var options = Subprocess.PlatformOptions()
    // A group of its own, so that what the helper started ends with it and does not hold its output open.
    options.processGroupID = 0
    options.teardownSequence = [
      .send(signal: .terminate, toProcessGroup: true, allowedDurationToNextStep: .milliseconds(500)),
      .send(signal: .kill, toProcessGroup: true, allowedDurationToNextStep: .milliseconds(500)),
    ]
    let result = try await run(
      .name(program), arguments: ["get"], environment: .custom(variables), platformOptions: options,
      input: .fileDescriptor(.init(rawValue: try Self.pipe(holding: registry)), closeAfterSpawningProcess: true),
      output: .bytes(limit: Self.maximumAnswer), error: .discarded)
    // Ended by us, and not by itself.
    try Task.checkCancellation()
    return (result.terminationStatus.isSuccess, result.standardOutput)
  }

  /// The reading end of a pipe that holds a short text and is closed behind it. A helper that ends without reading it then
  /// concerns nobody; swift-subprocess, writing into the pipe itself, ends the process when that fails.
  private static func pipe(holding text: String) throws(OCIError) -> Int32 {
    var ends: [Int32] = [-1, -1]
    guard makePipe(&ends) else {
      throw OCIError(.file, "no pipe can be made for a credential helper: \(String(cString: strerror(errno)))")
    }
    var bytes = Array(text.utf8)
    // A registry's name is shorter than what any pipe holds, so this never waits.
    let count = write(ends[1], &bytes, bytes.count)
    close(ends[1])
    guard count == bytes.count else {
      close(ends[0])
      throw OCIError(.file, "the name of a registry cannot be handed to a credential helper; try again")
    }
    return ends[0]
  }

  private static func makePipe(_ ends: inout [Int32]) -> Bool {
    guard systemPipe(&ends) == 0 else { return false }
    return ends.allSatisfy { fcntl($0, F_SETFD, FD_CLOEXEC) == 0 }
  }

  /// A helper may wait for a person who is not there, so it is ended after a time.
  ///
  /// Only that time ends it, and not also a cancelled caller, who just does not wait for it: a cancellation that meets
  /// swift-subprocess while it starts a program ends this one.
  private func withTimeLimit<Result: Sendable>(_ work: @escaping @Sendable () async throws -> Result) async throws
    -> Result
  {
    let task = Task { try await work() }
    let timer = Task {
      try await time.sleep(for: timeLimit)
      task.cancel()
    }
    Task {
      _ = await task.result
      timer.cancel()
    }
    do {
      return try await task.valueUnlessCancelled()
    } catch  where task.isCancelled {
      throw OCIError(
        .credentials,
        "the credential helper '\(program)' did not answer within \(DurationText.text(timeLimit)); run it by hand to see what it waits for"
      )
    }
  }
}

/// The name is also that of a function of the type above.
private func systemPipe(_ ends: inout [Int32]) -> Int32 { pipe(&ends) }
