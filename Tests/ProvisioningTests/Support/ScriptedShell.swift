import RemoteHosts
import Synchronization

/// A machine that answers what a test says.
final class ScriptedShell: RemoteShell {
  let name: String
  private let answer: @Sendable (RemoteScript) throws -> String
  private let asked = Mutex<[String]>([])

  init(_ name: String, _ answer: @escaping @Sendable (RemoteScript) throws -> String) {
    self.name = name
    self.answer = answer
  }

  /// The purposes of the scripts so far.
  var purposes: [String] { asked.withLock { $0 } }

  func run(_ script: RemoteScript) async throws -> RemoteAnswer {
    asked.withLock { $0.append(script.purpose) }
    return RemoteAnswer(status: 0, output: Array(try answer(script).utf8))
  }

  func run(
    _ script: RemoteScript, length: Int, pieces: any AsyncSequence<[UInt8], any Error> & Sendable,
    progress: @escaping @Sendable (Int) -> Void
  ) async throws -> RemoteAnswer { try await run(script) }

  func close() async {}
}
