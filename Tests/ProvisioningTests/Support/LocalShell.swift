import Foundation
import RemoteHosts

/// Runs scripts on this machine, as whoever runs the tests, with a shell of choice.
struct LocalShell: RemoteShell {
  var name = "here"
  var command = ["/bin/sh"]

  /// The shells in which every script must work, as far as this machine has them.
  static let all: [LocalShell] = [["/bin/dash"], ["/bin/bash"], ["/bin/busybox", "sh"], ["/bin/sh"]]
    .filter { FileManager.default.isExecutableFile(atPath: $0[0]) }
    .map { LocalShell(name: $0.joined(separator: " "), command: $0) }

  func run(_ script: RemoteScript) async throws -> RemoteAnswer {
    try await withCheckedThrowingContinuation { continuation in
      DispatchQueue.global().async { continuation.resume(with: Result { try runHere(script) }) }
    }
  }

  private func runHere(_ script: RemoteScript) throws -> RemoteAnswer {
    let process = Process()
    let input = Pipe()
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: command[0])
    process.arguments = Array(command.dropFirst()) + ["-s"]
    process.standardInput = input
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    try input.fileHandleForWriting.write(contentsOf: Data(script.text.utf8))
    try input.fileHandleForWriting.close()
    let bytes = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return RemoteAnswer(status: Int(process.terminationStatus), output: [UInt8](bytes))
  }

  func run(
    _ script: RemoteScript, length: Int, pieces: any AsyncSequence<[UInt8], any Error> & Sendable,
    progress: @escaping @Sendable (Int) -> Void
  ) async throws -> RemoteAnswer { try await run(script) }

  func close() async {}
}
