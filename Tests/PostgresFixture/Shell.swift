import Foundation

/// Commands that a fixture needs.
enum Shell {
  static func run(_ command: [String]) async throws {
    guard let output = tmpfile() else { throw FixtureError("no temporary file") }
    defer { fclose(output) }
    let succeeded = try await ChildProcess(command, output: fileno(output)).waitForEnd()
    guard !succeeded else { return }
    rewind(output)
    var text = [UInt8](repeating: 0, count: 4000)
    let count = fread(&text, 1, text.count, output)
    throw FixtureError("\(command.joined(separator: " ")) failed: \(String(decoding: text[..<count], as: UTF8.self))")
  }
}
