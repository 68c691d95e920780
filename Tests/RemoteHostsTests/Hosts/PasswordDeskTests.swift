import Foundation
import MusterCore
import Testing

@testable import RemoteHosts

@Suite("Who gets the password for SSH")
struct PasswordDeskTests {
  /// Asks as a client does whose command line has these words; nil: it got no answer.
  private func ask(_ question: String, _ words: String, environment: [String: String] = [:]) throws -> String? {
    let desk = try PasswordDesk(Secret("canary"), temporaryFolders: [NSTemporaryDirectory()])
    defer { desk.close() }
    let program = try #require(desk.variables["SSH_ASKPASS"])
    let client = Process()
    client.executableURL = URL(fileURLWithPath: "/bin/sh")
    // The shell stays, and is the asking program's parent.
    client.arguments = ["-c", "\"$0\" \"$1\"; exit $?", program, question, words]
    client.environment = ProcessInfo.processInfo.environment.merging(environment) { _, new in new }
    let output = Pipe()
    client.standardOutput = output
    try client.run()
    let said = output.fileHandleForReading.readDataToEndOfFile()
    client.waitUntilExit()
    return client.terminationStatus == 0 ? String(decoding: said, as: UTF8.self) : nil
  }

  private let own = "exec /bin/sh -c 'echo \"\(RemoteProgram.user)\"'"

  @Test("the client that Muster has started, asked for a password in any words")
  func given() throws {
    #expect(try ask("ada@10.0.0.1's password: ", own) == "canary\n")
    #expect(try ask("Code: ", own) == "canary\n")
  }

  @Test(
    "no client of a jump host or of a proxy command",
    arguments: ["-W [10.0.0.1]:22 gate", "-W[10.0.0.1]:22 gate", "-qW [10.0.0.1]:22 gate", "gate nc 10.0.0.1 22"])
  func others(words: String) throws {
    #expect(try ask("ada@gate's password: ", words) == nil)
  }

  @Test("no question for anything else")
  func questions() throws {
    #expect(try ask("Enter passphrase for key '/k': ", own) == nil)
    #expect(try ask("Enter PIN for ED25519-SK key /k: ", own) == nil)
    #expect(try ask("Are you sure you want to continue connecting (yes/no/[fingerprint])? ", own) == nil)
    #expect(
      try ask("Confirm user presence for key SHA256:x", own, environment: ["SSH_ASKPASS_PROMPT": "none"]) == nil)
  }

  @Test("it lies where there is room for it, the best first")
  func places() throws {
    let desk = try PasswordDesk(Secret("x"), temporaryFolders: ["/no/such/folder", NSTemporaryDirectory()])
    #expect(desk.variables["SSH_ASKPASS"]?.hasPrefix("/no") == false)
    desk.close()
    let error = #expect(throws: RemoteHostError.self) { try PasswordDesk(Secret("x"), temporaryFolders: ["/no/such"]) }
    #expect(error?.message.contains("TMPDIR") == true)
  }
}
