import CoordinatorAPI
import Foundation
import MusterCore
import StandInCoordinator
import Terminal

@testable import MusterCommands

/// What a command printed, and its exit status.
struct Printed: Sendable {
  let status: Int32
  let results: String
  let messages: String

  /// The results, if they are one JSON object.
  var object: [String: Any]? { json as? [String: Any] }
  /// The results, if they are a JSON array of objects.
  var list: [[String: Any]]? { json as? [[String: Any]] }
  private var json: Any? { try? JSONSerialization.jsonObject(with: Data(results.utf8)) }

  /// The object on standard error under `error`.
  var error: [String: Any]? {
    let object = try? JSONSerialization.jsonObject(with: Data(messages.utf8)) as? [String: Any]
    return object?["error"] as? [String: Any]
  }
}

/// Runs the program with `arguments` and its output in memory.
func muster(
  _ arguments: String..., at address: CoordinatorAddress? = nil, isTerminal: Bool = false,
  environment: [String: String] = [:], interrupts: AsyncStream<Interrupt> = AsyncStream { _ in }
) async -> Printed {
  await muster(
    arguments, at: address, isTerminal: isTerminal, environment: environment, interrupts: interrupts)
}

func muster(
  _ arguments: [String], at address: CoordinatorAddress? = nil, isTerminal: Bool = false,
  environment: [String: String] = [:], interrupts: AsyncStream<Interrupt> = AsyncStream { _ in }
) async -> Printed {
  var environment = environment
  if let address { environment["MUSTER_COORDINATOR"] = address.description }
  let results = TerminalStream.memory(isTerminal: isTerminal)
  let messages = TerminalStream.memory(isTerminal: isTerminal)
  let context = CommandContext(
    results: results, messages: messages, environment: environment, interrupts: { interrupts })
  let status = await CommandContext.$current.withValue(context) { await Program.run(arguments) }
  return Printed(status: status, results: results.contents, messages: messages.contents)
}

/// A folder of the test's own, removed at its end.
func withFolder<Answer>(_ body: (String) async throws -> Answer) async throws -> Answer {
  let path = NSTemporaryDirectory() + "muster-test-" + UUID().uuidString
  try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(atPath: path) }
  return try await body(path)
}

func write(_ text: String, to path: String) throws { try Data(text.utf8).write(to: URL(filePath: path)) }
func read(_ path: String) throws -> String {
  String(decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self)
}

/// Waits for something that happens soon; the suite's time limit ends it otherwise.
func until(_ condition: @Sendable () throws -> Bool) async throws {
  while try !condition() { try await Task.sleep(for: .milliseconds(2)) }
}
