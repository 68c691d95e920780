import MusterCore
import Subprocess

extension ExecPlugin {
  /// Bytes of an answer; of what the program complains about, only the end is told.
  private static let largestAnswer = 1 << 20

  /// Runs the program without input.
  ///
  /// - Parameters:
  ///   - base: the environment that the kubeconfig's variables are added to.
  ///   - patience: after which it is killed, with all that it started.
  /// - Throws: ``KubernetesError`` (`credentials`), `CancellationError`.
  func run(environment base: [String: String], patience: Duration, time: any Timekeeper) async throws -> Credentials {
    var variables: [Environment.Key: String] = [:]
    for (name, value) in base {
      if let key = Environment.Key(rawValue: name) { variables[key] = value }
    }
    for (name, value) in environment {
      if let key = Environment.Key(rawValue: name) { variables[key] = value }
    }
    variables["KUBERNETES_EXEC_INFO"] = info
    var options = PlatformOptions()
    // A group of its own, so that what the program started ends with it and does not hold its output open.
    options.processGroupID = 0
    options.teardownSequence = [
      .send(signal: .terminate, toProcessGroup: true, allowedDurationToNextStep: .milliseconds(500)),
      .send(signal: .kill, toProcessGroup: true, allowedDurationToNextStep: .milliseconds(500)),
    ]
    let configuration = Configuration(
      executable: command.contains("/") ? .path(.init(command)) : .name(command), arguments: Arguments(arguments),
      environment: .custom(variables), platformOptions: options)
    return try await withThrowingTaskGroup(of: Credentials?.self) { group in
      group.addTask { try await self.run(configuration) }
      group.addTask {
        try await time.sleep(for: patience)
        return nil
      }
      defer { group.cancelAll() }
      guard let first = try await group.next(), let credentials = first else {
        throw error("it took longer than \(patience.wholeMilliseconds / 1000) s and was ended")
      }
      return credentials
    }
  }

  private func run(_ configuration: Configuration) async throws -> Credentials {
    do {
      let result = try await Subprocess.run(
        configuration, input: .none, output: .bytes(limit: Self.largestAnswer),
        error: .string(limit: Self.largestAnswer))
      try Task.checkCancellation()
      guard result.terminationStatus.isSuccess else {
        throw error("it ended with \(result.terminationStatus)\(Self.complaint(result.standardError))")
      }
      return try credentials(in: result.standardOutput)
    } catch let error as SubprocessError {
      if Task.isCancelled { throw CancellationError() }
      switch error.code {
      case .executableNotFound:
        throw self.error(
          "there is no such program\(installHint.map { "; \($0)" } ?? "; install it or correct exec.command")")
      case .outputLimitExceeded: throw self.error("it printed over \(Self.largestAnswer) bytes")
      default: throw self.error("it cannot be run (\(error))")
      }
    }
  }

  /// The end of what the program wrote to its error output, in one line, without what looks like a secret.
  private static func complaint(_ text: String) -> String {
    let words = ComplaintMask.masked(text.split(whereSeparator: \.isWhitespace).joined(separator: " "))
    if words.isEmpty { return " and said nothing" }
    return ": \(words.count > 1000 ? "…" : "")\(words.suffix(1000))"
  }
}
