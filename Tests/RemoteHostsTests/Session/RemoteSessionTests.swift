import Foundation
import MusterCore
import Testing

@testable import RemoteHosts

@Suite("A session with this machine")
struct RemoteSessionTests {
  @Test("runs scripts one after the other and keeps apart what they write", arguments: Local.shells)
  func scripts(_ shell: String) async throws {
    let session = Local.session(shell: shell)
    let first = try await session.run(RemoteScript("speaks", "echo out; echo err >&2; exit 3"))
    #expect(first == RemoteAnswer(status: 3, output: Array("out\n".utf8), errors: Array("err\n".utf8)))
    let second = try await session.run(RemoteScript("is silent", "true"))
    #expect(second == RemoteAnswer(status: 0))
    let third = try await session.run(RemoteScript("stops at an error", "set -e; false; echo not reached"))
    #expect(third == RemoteAnswer(status: 1))
    let fourth = try await session.run(RemoteScript("dies", "kill -TERM $(sh -c 'echo $PPID')"))
    #expect(fourth.status == 143)
    await session.close()
  }

  @Test("is safe for any bytes, in and out", arguments: Local.shells)
  func binary(_ shell: String) async throws {
    let session = Local.session(shell: shell)
    let bytes = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 3) } + [0, 10, 0]
    let answer = try await session.run(RemoteScript("repeats", "cat; cat /proc/self/mounts >&2", input: bytes))
    #expect(answer.output == bytes)
    #expect(!answer.errors.isEmpty)
    let quotes = "printf '%s' \"it's \\\"$((1 + 1))\\\" \\\\ `echo x`\""
    #expect(try await session.run(RemoteScript("quotes", quotes)).outputText == "it's \"2\" \\ x")
    await session.close()
  }

  @Test("gives back in step what a script did not read", arguments: Local.shells)
  func unread(_ shell: String) async throws {
    let session = Local.session(shell: shell)
    let input = [UInt8](repeating: 0x61, count: 9_000_000)
    for _ in 0..<3 {
      let answer = try await session.run(RemoteScript("reads little", "head -c 3; exec <&-; exit 4", input: input))
      #expect(answer == RemoteAnswer(status: 4, output: [0x61, 0x61, 0x61]))
    }
    await session.close()
  }

  @Test("ends what a script leaves running when the next one comes")
  func leftovers() async throws {
    let session = Local.session()
    let answer = try await session.run(RemoteScript("leaves something", "sleep 1000 & echo $!"))
    let process = answer.outputText.trimmingCharacters(in: .whitespacesAndNewlines)
    #expect(try await session.run(RemoteScript("is next", "echo next")).outputText == "next\n")
    #expect(try await Local.eventually { !Local.lives(process) })
    await session.close()
  }

  @Test(
    "ends at its limit a script with all that it started, and goes on over another connection", arguments: Local.shells)
  func limit(_ shell: String) async throws {
    let session = Local.session(shell: shell)
    let folder = try ScratchFolder()
    let text = "setsid sleep 1000 & echo $! >\(folder.path)/own; sleep 1000 & echo $! >\(folder.path)/child; wait"
    let code = await errorCode { _ = try await session.run(RemoteScript("hangs", text, limit: .seconds(1))) }
    #expect(code == .deadline)
    for name in ["own", "child"] {
      let process = try #require(folder.text(name)).trimmingCharacters(in: .whitespacesAndNewlines)
      #expect(try await Local.eventually { !Local.lives(process) })
    }
    #expect(try await session.run(RemoteScript("is next", "echo next")).outputText == "next\n")
    await session.close()
  }

  @Test("stops a script that writes too much")
  func tooMuch() async throws {
    let session = Local.session()
    for text in ["yes", "yes >&2"] {
      let code = await errorCode { _ = try await session.run(RemoteScript("floods", text, mostOutput: 100_000)) }
      #expect(code == .tooMuch)
    }
    #expect(
      try await session.run(RemoteScript("just fits", "head -c 5000 /dev/zero", mostOutput: 5000)).output.count == 5000)
    await session.close()
  }

  @Test(
    "cancelled, ends the script on the machine, and what it started",
    arguments: Local.shells,
    [
      ("sleep 1000 & echo $! >FOLDER/part; mv FOLDER/part FOLDER/whole; wait", 0),
      // It does not read what it is sent, and the connection's end is not seen behind that.
      ("echo $$ >FOLDER/part; mv FOLDER/part FOLDER/whole; sleep 1000; cat", 1 << 20),
    ])
  func cancelled(_ shell: String, _ script: (text: String, input: Int)) async throws {
    let session = Local.session(shell: shell)
    let folder = try ScratchFolder()
    let text = script.text.replacing("FOLDER", with: folder.path)
    let work = Task {
      try await session.run(RemoteScript("waits", text, input: [UInt8](repeating: 65, count: script.input)))
    }
    #expect(try await Local.eventually { folder.text("whole") != nil })
    work.cancel()
    await #expect(throws: CancellationError.self) { _ = try await work.value }
    let process = try #require(folder.text("whole")).trimmingCharacters(in: .whitespacesAndNewlines)
    #expect(try await Local.eventually { !Local.lives(process) })
    #expect(try await session.run(RemoteScript("is next", "echo next")).outputText == "next\n")
    await session.close()
  }

  @Test("ends a script whose shell was killed")
  func shellKilled() async throws {
    let session = Local.session()
    let folder = try ScratchFolder()
    async let code = errorCode {
      _ = try await session.run(
        RemoteScript(
          "waits", "echo $$ $REMOTE_SHELL >\(folder.path)/part; mv \(folder.path)/part \(folder.path)/whole; sleep 1000"
        ))
    }
    #expect(try await Local.eventually { folder.text("whole") != nil })
    let processes = try #require(folder.text("whole")).split(whereSeparator: \.isWhitespace).map(String.init)
    kill(try #require(pid_t(processes[1])), SIGKILL)
    #expect(await code == .lost)
    #expect(try await Local.eventually { !Local.lives(processes[0]) })
    await session.close()
  }

  @Test("shows neither a script nor its input in the list of processes")
  func processList() async throws {
    let session = Local.session()
    let canary = "canary-\(UInt64.random(in: 0...UInt64.max))"
    let answer = try await session.run(
      RemoteScript("looks around", "cat /proc/[0-9]*/cmdline 2>/dev/null; true # \(canary)", input: Array(canary.utf8)))
    #expect(answer.output.count > 100)
    #expect(!answer.outputText.contains(canary))
    await session.close()
  }

  @Test("runs overlapping scripts in turn")
  func overlapping() async throws {
    let session = Local.session()
    try await withThrowingTaskGroup(of: (Int, String).self) { group in
      for number in 0..<20 {
        group.addTask { (number, try await session.run(RemoteScript("counts", "echo \(number)")).outputText) }
      }
      for try await (number, text) in group { #expect(text == "\(number)\n") }
    }
    await session.close()
  }

  @Test("says that the connection broke, and makes another one")
  func broken() async throws {
    let session = Local.session()
    let code = await errorCode { _ = try await session.run(RemoteScript("ends its session", "kill -KILL 0")) }
    #expect(code == .lost)
    #expect(try await session.run(RemoteScript("is next", "echo next")).outputText == "next\n")
    await session.close()
    #expect(await errorCode { _ = try await session.run(RemoteScript("comes late", "true")) } == .lost)
  }

  @Test("leaves no process behind when it is closed")
  func closed() async throws {
    let session = Local.session()
    let shell = try await session.run(
      RemoteScript("tells its parent", "read -r s </proc/$$/stat; set -- ${s##*) }; echo $2"))
    await session.close()
    let process = shell.outputText.trimmingCharacters(in: .whitespacesAndNewlines)
    #expect(!process.isEmpty)
    #expect(try await Local.eventually { !Local.lives(process) })
  }
}
