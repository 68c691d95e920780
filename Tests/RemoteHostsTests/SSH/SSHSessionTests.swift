import Foundation
import MusterCore
import Testing

@testable import RemoteHosts

@Suite(
  "A session over a real SSH server",
  .enabled(if: SSHServer.isThere, "there is no sshd (Debian: apt-get install openssh-server)"))
struct SSHSessionTests {
  @Test("runs scripts over one connection")
  func scripts() async throws {
    let server = try await SSHServer()
    let session = server.session()
    for number in 0..<5 {
      let answer = try await session.run(RemoteScript("counts", "echo \(number); echo e >&2; exit \(number)"))
      #expect(answer == RemoteAnswer(status: number, output: Array("\(number)\n".utf8), errors: Array("e\n".utf8)))
    }
    await session.close()
    let log = try #require(server.folder.text("log"))
    #expect(log.components(separatedBy: "Accepted publickey").count == 2)
  }

  @Test("is safe for any bytes, and large ones")
  func binary() async throws {
    let server = try await SSHServer()
    let session = server.session()
    let bytes = (0..<10_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 5) }
    #expect(try await session.run(RemoteScript("repeats", "cat", input: bytes, mostOutput: 20 << 20)).output == bytes)
    await session.close()
  }

  @Test("cancelled, or closed by the end of its process, ends the script on the machine", arguments: [true, false])
  func cancelled(_ isCancelled: Bool) async throws {
    let server = try await SSHServer()
    let session = server.session()
    let folder = server.folder
    let text = "sleep 1000 & echo $! >\(folder.path)/part; mv \(folder.path)/part \(folder.path)/whole; wait"
    let work = Task { try await session.run(RemoteScript("waits", text)) }
    #expect(try await Local.eventually { folder.text("whole") != nil })
    if isCancelled { work.cancel() } else { await session.close() }
    await #expect(throws: (any Error).self) { _ = try await work.value }
    let process = try #require(folder.text("whole")).trimmingCharacters(in: .whitespacesAndNewlines)
    #expect(try await Local.eventually { !Local.lives(process) })
    await session.close()
  }

  @Test("whose server dies is lost, and what ran there ends")
  func lost() async throws {
    let server = try await SSHServer()
    let session = server.session()
    let folder = server.folder
    let text = "echo $$ >\(folder.path)/part; mv \(folder.path)/part \(folder.path)/whole; sleep 1000"
    let work = Task { try await session.run(RemoteScript("waits", text)) }
    #expect(try await Local.eventually { folder.text("whole") != nil })
    server.kill()
    let error = await #expect(throws: RemoteHostError.self) { _ = try await work.value }
    #expect(error?.code == .lost)
    #expect(error?.message.contains("m1: 'waits'") == true)
    let process = try #require(folder.text("whole")).trimmingCharacters(in: .whitespacesAndNewlines)
    #expect(try await Local.eventually { !Local.lives(process) })
    await session.close()
  }

  @Test("works whatever the login shell prints, and whichever shell it is")
  func noisy() async throws {
    let server = try await SSHServer(["ForceCommand echo Welcome; echo noise >&2; eval \"$SSH_ORIGINAL_COMMAND\""])
    let session = server.session()
    #expect(try await session.run(RemoteScript("speaks", "echo yes")).outputText == "yes\n")
    await session.close()
  }

  @Test("twenty at once come about, though the server drops some of the new connections")
  func busy() async throws {
    let server = try await SSHServer(["MaxStartups 2:90:4"])
    var options = RemoteOptions()
    options.attempts = 40
    let sessions = (0..<20).map { _ in server.session(options: options) }
    let results = await RemoteLimits().sideBySide(sessions) {
      try await $0.run(RemoteScript("speaks", "echo yes")).outputText
    }
    let answers = results.map { try? $0.get() }
    #expect(answers == Array(repeating: "yes\n", count: 20), "\(results)")
    for session in sessions { await session.close() }
  }
}
