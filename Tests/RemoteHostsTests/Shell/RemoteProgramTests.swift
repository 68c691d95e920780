import Foundation
import Testing

@testable import RemoteHosts

@Suite("The programs on a machine")
struct RemoteProgramTests {
  /// What a machine sees of a connection that breaks: its streams are closed, and nobody ends any process.
  @Test("end a script with the connection, though it reads nothing of what it was sent", arguments: Local.shells)
  func closed(_ shell: String) async throws {
    let folder = try ScratchFolder()
    let words = shell.split(separator: " ").map(String.init)
    let dispatcher = Process()
    dispatcher.executableURL = URL(fileURLWithPath: words[0])
    dispatcher.arguments = words.dropFirst() + ["-c", RemoteProgram.dispatcher(shell: shell)]
    let (input, output, errors) = (Pipe(), Pipe(), Pipe())
    dispatcher.standardInput = input
    dispatcher.standardOutput = output
    dispatcher.standardError = errors
    try dispatcher.run()
    let script = "echo $$ >\(folder.path)/part; mv \(folder.path)/part \(folder.path)/whole; sleep 1000; cat\n"
    // More than two pipes hold, so that the end of the input is not seen.
    let text = "mark \(script.utf8.count) 20\n\(script)some 131072\n" + String(repeating: "x", count: 131_072)
    let writing = Task.detached { try? input.fileHandleForWriting.write(contentsOf: Data(text.utf8)) }
    #expect(try await Local.eventually { folder.text("whole") != nil })
    let process = try #require(folder.text("whole")).trimmingCharacters(in: .whitespacesAndNewlines)
    #expect(Local.lives(process))
    // A word comes now and then, by which it will be noticed.
    var said = ""
    while !said.contains("mark beat\n") {
      let piece = errors.fileHandleForReading.availableData
      try #require(!piece.isEmpty)
      said += String(decoding: piece, as: UTF8.self)
    }
    try output.fileHandleForReading.close()
    try errors.fileHandleForReading.close()
    #expect(try await Local.eventually { !Local.lives(process) && !dispatcher.isRunning })
    _ = await writing.value
    try input.fileHandleForWriting.close()
  }
}
