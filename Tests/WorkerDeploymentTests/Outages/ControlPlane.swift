import Foundation
import Testing

/// The control plane of a real server, where the environment names a program that can kill its API server and let it stand
/// still: `Tests/Kubernetes/run` does.
enum ControlPlane {
  static let program = ProcessInfo.processInfo.environment["KUBERNETES_TEST_CONTROL"]

  enum Word: String, Sendable {
    /// As by a loss of power.
    case kill
    /// Starts it again, and returns when it answers.
    case again
    /// It answers nothing any more, and its connections stay open.
    case freeze
    case thaw
  }

  static func tell(_ word: Word) async throws {
    let program = try #require(program)
    try await Task.detached {
      let process = Process()
      process.executableURL = URL(fileURLWithPath: program)
      process.arguments = [word.rawValue]
      process.standardOutput = FileHandle.nullDevice
      process.standardError = FileHandle.nullDevice
      try process.run()
      process.waitUntilExit()
      try #require(process.terminationStatus == 0, "\(word)")
    }.value
  }
}
