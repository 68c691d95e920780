import Foundation
import Synchronization
import Testing

@testable import Executors

/// The programs of the tests find the usual tools, and nothing else of this machine's environment.
let path = ["PATH": "/usr/bin:/bin"]

/// The keeper is the program `muster` that the build has put beside the tests.
let keeperCommand: [String] = {
  let tests = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
  return [URL(filePath: tests).deletingLastPathComponent().appending(path: "muster").path, "--keeper"]
}()

/// A folder of its own for `body`, removed afterwards.
func withFolder<Result>(_ body: (String) async throws -> Result) async throws -> Result {
  let folder = FileManager.default.temporaryDirectory.appending(path: "executors-\(UUID().uuidString)").path
  try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(atPath: folder) }
  return try await body(folder)
}

/// A host for `body`; afterwards nothing of it may be left: no process, no zombie, no folder.
func withHost(
  grace: Duration = .seconds(5), hidden: [String] = [], _ body: (ExecutorHost) async throws -> Void
) async throws {
  try await withFolder { folder in
    let host = try ExecutorHost(keeperCommand: keeperCommand, workRoot: folder, hidden: hidden, grace: grace)
    let connection = try #require(host.connection)
    do {
      try await body(host)
      if !connection.isGone {
        #expect(children(of: connection.process) == [], "the keeper has children after all runs have ended")
        try #expect(folders(in: connection.directory) == [], "a task's directory is left")
      }
    } catch {
      await host.close()
      throw error
    }
    await host.close()
    #expect(!isAlive(connection.process))
    #expect(marked(connection.identity) == [])
    try #expect(folders(in: folder) == [])
  }
}

func folders(in folder: String) throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: folder) }

/// What a run has logged so far; a test can wait for a word in it.
final class Log: Sendable {
  private struct State {
    var bytes: [UInt8] = []
    var count = 0
    var waiters: [(word: String, continuation: CheckedContinuation<Void, Never>)] = []
  }
  private let state = Mutex(State())
  private let keeps: Int

  init(keeps: Int = 1 << 20) { self.keeps = keeps }

  var text: String { state.withLock { String(decoding: $0.bytes, as: UTF8.self) } }
  var count: Int { state.withLock { $0.count } }

  func add(_ bytes: [UInt8]) {
    let ready = state.withLock { state in
      state.count += bytes.count
      state.bytes += bytes.prefix(max(keeps - state.bytes.count, 0))
      let text = String(decoding: state.bytes, as: UTF8.self)
      let ready = state.waiters.filter { text.contains($0.word) }
      state.waiters.removeAll { text.contains($0.word) }
      return ready
    }
    for waiter in ready { waiter.continuation.resume() }
  }

  /// Returns when the log holds `word`.
  func contains(_ word: String) async {
    await withCheckedContinuation { continuation in
      let isThere = state.withLock { state in
        if String(decoding: state.bytes, as: UTF8.self).contains(word) { return true }
        state.waiters.append((word, continuation))
        return false
      }
      if isThere { continuation.resume() }
    }
  }
}

extension ExecutorHost {
  /// Runs one shell script.
  func sh(_ script: String, _ change: (inout ExecutorRequest) -> Void = { _ in }, log: Log = Log()) async
    -> ExecutorOutcome
  {
    var request = ExecutorRequest(stages: [["sh", "-c", script]], environment: path)
    change(&request)
    return await run(request, log: log.add)
  }
}

extension ExecutorOutcome {
  /// The result as text; nil if the run is not done.
  var text: String? {
    guard case .done(let result) = end else { return nil }
    return String(decoding: result, as: UTF8.self)
  }
}
