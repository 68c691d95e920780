import Foundation
import Testing

/// Runs the machine's own programs, to compare with.
enum Program {
  static func isThere(_ name: String) -> Bool {
    (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin").split(separator: ":")
      .contains { FileManager.default.isExecutableFile(atPath: "\($0)/\(name)") }
  }

  /// - Returns: the standard output.
  @discardableResult
  static func run(_ program: String, _ arguments: [String], in folder: String = "/") throws -> String {
    String(decoding: try bytes(program, arguments, in: folder), as: UTF8.self)
  }

  static func bytes(_ program: String, _ arguments: [String], in folder: String = "/") throws -> [UInt8] {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [program] + arguments
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    process.environment = ProcessInfo.processInfo.environment.merging(["LC_ALL": "C", "TZ": "UTC"]) { $1 }
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0, "\(program) \(arguments.joined(separator: " "))")
    return Array(data)
  }

  /// The first 64 letters of what sha256sum says.
  static func sha256(_ file: String) throws -> String { String(try run("sha256sum", [file]).prefix(64)) }
}
