import Foundation
import MusterCore
import RemoteHosts
import Synchronization

@testable import Provisioning

/// A stand-in for a machine that does batches: it says after each action that it is done, and fails where a test says so.
final class ActingMachine: RemoteShell {
  /// How a script ends before the action of this place.
  enum Trouble: Sendable {
    case status(Int, words: String)
    case lost
    case hangs
  }

  let name: String
  private let trouble: @Sendable (String) -> Trouble?
  private let log: RunLog

  /// - Parameter trouble: for the text of an action's part of a script.
  init(_ name: String, log: RunLog, trouble: @escaping @Sendable (String) -> Trouble? = { _ in nil }) {
    self.name = name
    self.log = log
    self.trouble = trouble
  }

  func run(_ script: RemoteScript) async throws -> RemoteAnswer { try await act(script) }

  func run(
    _ script: RemoteScript, length: Int, pieces: any AsyncSequence<[UInt8], any Error> & Sendable,
    progress: @escaping @Sendable (Int) -> Void
  ) async throws -> RemoteAnswer {
    var sent = 0
    for try await piece in pieces { sent += piece.count }
    progress(sent)
    guard sent == length else { throw RemoteHostError(.client, "\(name): \(sent) bytes instead of \(length)") }
    return try await act(script)
  }

  func close() async {}

  private func act(_ script: RemoteScript) async throws -> RemoteAnswer {
    let parts = script.text.components(separatedBy: "echo '@muster ")
    guard parts.count > 1 else { return RemoteAnswer(status: 0) }
    if let early = try await end(parts[0]) { return early }
    script.heard?(Array("@muster begins\nnoise\n".utf8))
    for (index, part) in parts.dropFirst().dropLast().enumerated() {
      if let early = try await end(part) { return early }
      log.note("\(name) \(Self.verb(part))")
      script.heard?(Array("@muster done \(index)\n".utf8))
    }
    return RemoteAnswer(status: 0)
  }

  private func end(_ part: String) async throws -> RemoteAnswer? {
    switch trouble(part) {
    case nil: return nil
    case .status(let status, let words)?: return RemoteAnswer(status: status, errors: Array("\(words)\n".utf8))
    case .lost?: throw RemoteHostError(.lost, "\(name): the connection broke; run it again")
    case .hangs?:
      log.note("\(name) hangs")
      try await Task.sleep(for: .seconds(3600))
      return nil
    }
  }

  private static func verb(_ part: String) -> String {
    for word in ["--no-block start", "--overwrite node w1", "--overwrite node w2", "delete node"]
    where part.contains(word) {
      return word
    }
    return "acts"
  }
}

/// What happened on all machines, in order.
final class RunLog: Sendable {
  private let lines = Mutex<[String]>([])
  private let bell = Bell()

  func note(_ line: String) {
    lines.withLock { $0.append(line) }
    bell.ring()
  }

  var all: [String] { lines.withLock { $0 } }

  func wait(for line: String) async {
    while !all.contains(line) { await bell.wait() }
  }
}
