import MusterCore
import Subprocess

/// Runs git in a folder that nobody vouches for: bounded in time and output, without a terminal, without network, without locks.
struct GitProgram: Sendable {
  enum Outcome: Sendable, Hashable {
    /// It ended: with which status, and what it printed, without the line's end.
    case answer(Int, String)
    /// It printed more than anybody reads.
    case tooMuch
    /// It is not there, or was ended by a signal.
    case none
  }

  let folder: String
  let environment: [String: String]
  let patience: Duration
  let time: any Timekeeper

  private static let largestAnswer = 64 << 10
  /// What a repository's configuration could have run, or written, while one asks it something.
  private static let settings = [
    "core.fsmonitor=false", "core.hooksPath=/dev/null", "core.untrackedCache=false",
    "protocol.allow=never", "safe.bareRepository=explicit", "status.submoduleSummary=false", "submodule.recurse=false",
  ]

  /// - Throws: ``WorkerDeploymentError`` (`workers_value_missing`) if it takes too long.
  func run(_ arguments: [String]) async throws(WorkerDeploymentError) -> Outcome {
    // Not cancelled with its caller: a cancellation that meets swift-subprocess while it starts a program ends this one.
    let work = Task { await self.outcome(arguments) }
    let timer = Task {
      try await time.sleep(for: patience)
      work.cancel()
    }
    let outcome = await work.value
    timer.cancel()
    if outcome == .none, work.isCancelled {
      throw WorkerDeploymentError(
        .missing,
        "STAGE is not set, and git did not answer within \(DurationText.text(patience)) in '\(folder)'; set STAGE")
    }
    return outcome
  }

  private func outcome(_ arguments: [String]) async -> Outcome {
    let settings = Self.settings.flatMap { ["-c", $0] }
    var options = PlatformOptions()
    // A group of its own, so that what git started ends with it and does not hold its output open.
    options.processGroupID = 0
    options.teardownSequence = [
      .send(signal: .terminate, toProcessGroup: true, allowedDurationToNextStep: .milliseconds(500)),
      .send(signal: .kill, toProcessGroup: true, allowedDurationToNextStep: .milliseconds(500)),
    ]
    let configuration = Configuration(
      executable: .name("git"),
      arguments: Arguments(["-C", folder, "--no-pager"] + settings + arguments), environment: .custom(variables),
      platformOptions: options)
    do {
      let result = try await Subprocess.run(
        configuration, input: .none, output: .bytes(limit: Self.largestAnswer), error: .discarded)
      guard case .exited(let status) = result.terminationStatus else { return .none }
      var bytes = result.standardOutput
      while bytes.last == 0x0A { bytes.removeLast() }
      return .answer(Int(status), String(decoding: bytes, as: UTF8.self))
    } catch let error as SubprocessError where error.code == .outputLimitExceeded {
      return .tooMuch
    } catch {
      return .none
    }
  }

  /// Only what git needs to start and to find the user's own configuration. `GIT_DIR` and its like, which stand in the
  /// environment of a hook, would lead to another repository than the folder's.
  private var variables: [Environment.Key: String] {
    var variables: [Environment.Key: String] = [
      "LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "GIT_NO_LAZY_FETCH": "1",
      "GIT_ALLOW_PROTOCOL": "none",
    ]
    for name in ["PATH", "HOME", "XDG_CONFIG_HOME"] {
      if let key = Environment.Key(rawValue: name), let value = environment[name] { variables[key] = value }
    }
    return variables
  }
}
