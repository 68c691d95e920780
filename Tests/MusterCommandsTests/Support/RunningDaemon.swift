import CoordinatorAPI
import Foundation
import Synchronization
import Terminal

@testable import MusterCommands

/// A command that runs until it is told to stop, with its output in memory.
struct RunningDaemon: Sendable {
  let results: TerminalStream
  let messages: TerminalStream
  private let signals: AsyncStream<Interrupt>.Continuation
  private let task: Task<Int32, Never>
  private let quits: Quits

  /// The keeper is the program `muster` that the build has put beside the tests.
  static let keeperCommand: [String] = {
    let tests = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    return [URL(filePath: tests).deletingLastPathComponent().appending(path: "muster").path, "--keeper"]
  }()
  static let environment = ["PATH": "/usr/bin:/bin"]

  init(_ arguments: [String], environment: [String: String] = RunningDaemon.environment) {
    let (results, messages) = (TerminalStream.memory(), TerminalStream.memory())
    let (stream, signals) = AsyncStream.makeStream(of: Interrupt.self)
    let quits = Quits()
    let context = CommandContext(
      results: results, messages: messages, environment: environment, interrupts: { stream },
      keeperCommand: RunningDaemon.keeperCommand, quit: { quits.add($0) })
    task = Task { await CommandContext.$current.withValue(context) { await Program.run(arguments) } }
    self.results = results
    self.messages = messages
    self.signals = signals
    self.quits = quits
  }

  func signal(_ interrupt: Interrupt) { signals.yield(interrupt) }

  /// Statuses with which the process would have ended at once.
  var quitStatuses: [Int32] { quits.all }

  /// Waits for its end.
  var status: Int32 { get async { await task.value } }

  /// Waits until it listens.
  var address: CoordinatorAddress {
    get async throws {
      let prefix = "coordinator  "
      while true {
        for line in results.contents.split(separator: "\n") where line.hasPrefix(prefix) {
          let first = line.dropFirst(prefix.count).split(separator: ",").first ?? ""
          return try CoordinatorAddress(parsing: String(first))
        }
        if !messages.contents.isEmpty, messages.contents.contains("error: ") { throw Died(messages: messages.contents) }
        try await Task.sleep(for: .milliseconds(5))
      }
    }
  }

  struct Died: Error { let messages: String }

  private final class Quits: Sendable {
    private let statuses = Mutex<[Int32]>([])
    var all: [Int32] { statuses.withLock { $0 } }
    func add(_ status: Int32) { statuses.withLock { $0.append(status) } }
  }
}

/// Runs `body` beside a daemon, which is told to stop at the end if it still runs.
func withDaemon<Answer: Sendable>(
  _ arguments: String..., body: (RunningDaemon) async throws -> Answer
) async throws -> Answer {
  let daemon = RunningDaemon(arguments)
  let result: Result<Answer, any Error>
  do {
    result = .success(try await body(daemon))
  } catch {
    result = .failure(error)
  }
  daemon.signal(.termination)
  _ = await daemon.status
  return try result.get()
}
