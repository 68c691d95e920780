import Foundation
import Testing

/// Programs that tests run beside a real server.
enum RealServer {
  /// Kills the API server and starts it again; returns when it answers.
  static let crash = ProcessInfo.processInfo.environment["KUBERNETES_TEST_CRASH"]

  /// What a program prints. Its status has to be 0.
  static func run(_ program: String, _ arguments: [String] = []) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0, "\(program) \(arguments)")
    return String(decoding: data, as: UTF8.self)
  }
}
