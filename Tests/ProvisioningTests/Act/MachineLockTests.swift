import Foundation
import RemoteHosts
import Testing

@testable import Provisioning

@Suite("The lock of a machine")
struct MachineLockTests {
  private let first = MachineLock(run: "r-1", owner: "alice@laptop x'$(y)")
  private let second = MachineLock(run: "r-2", owner: "bob@desk")

  private func take(
    _ lock: MachineLock, _ machine: LocalMachine, _ shell: [String], holder: Int32, limit: Duration = .seconds(60)
  ) throws -> RemoteAnswer {
    try machine.run(shell, "REMOTE_SHELL=\(holder)\n\(DeedScript.prelude)\(lock.takes(for: limit))exit 0\n")
  }

  @Test("one run has it at a time; who has it may take it again, and gives it back", arguments: LocalMachine.shells)
  func one(shell: [String]) throws {
    try LocalMachine.with { machine in
      let alive = ProcessInfo.processInfo.processIdentifier
      for _ in 0..<2 { #expect(try take(first, machine, shell, holder: alive).status == 0) }
      let refused = try take(second, machine, shell, holder: alive)
      #expect(refused.status == MachineLock.heldStatus)
      #expect(refused.errorText.hasPrefix("alice@laptop-x"), "\(refused.errorText)")
      #expect(refused.errorText.contains("--break-lock") && refused.errorText.split(separator: "\n").count == 1)
      #expect(try machine.run(shell, second.release(removes: true)).status == 0)
      #expect(try take(second, machine, shell, holder: alive).status == MachineLock.heldStatus)
      #expect(try machine.run(shell, first.release(removes: false)).status == 0)
      #expect(try take(second, machine, shell, holder: alive).status == 0)
      #expect(try machine.run(shell, second.release(removes: true)).status == 0)
      #expect(!FileManager.default.fileExists(atPath: machine.root + "/run/muster"))
    }
  }

  @Test("a run goes on only with a lock that it still has", arguments: LocalMachine.shells)
  func keeping(shell: [String]) throws {
    try LocalMachine.with { machine in
      let alive = ProcessInfo.processInfo.processIdentifier
      func keep(_ lock: MachineLock) throws -> RemoteAnswer {
        try machine.run(
          shell, "REMOTE_SHELL=\(alive)\n\(DeedScript.prelude)\(lock.keeps(for: .seconds(60)))exit 0\n")
      }
      #expect(try keep(first).status == MachineLock.heldStatus)
      #expect(try take(first, machine, shell, holder: alive).status == 0)
      let line = try #require(machine.text("/run/muster/lock"))
      #expect(try keep(first).status == 0)
      let kept = try #require(machine.text("/run/muster/lock"))
      #expect(kept.split(separator: " ")[3] == line.split(separator: " ")[3], "since when it is held stays")
      // Another one has had it in between, and has given it back.
      try machine.write("/run/muster/lock", line.replacing("r-1", with: "r-2"))
      let lost = try keep(first)
      #expect(lost.status == MachineLock.heldStatus && lost.errorText.hasPrefix("alice@laptop-x"), "\(lost.errorText)")
      #expect(try machine.run(shell, second.release(removes: false)).status == 0)
      let gone = try keep(first)
      #expect(gone.status == MachineLock.heldStatus && gone.errorText.contains("is gone"), "\(gone.errorText)")
    }
  }

  @Test(
    "a lock whose process has gone, whose number is another's now, or whose time is over holds nobody up",
    arguments: LocalMachine.shells)
  func stale(shell: [String]) throws {
    try LocalMachine.with { machine in
      let process = Process()
      process.executableURL = URL(fileURLWithPath: "/bin/true")
      try process.run()
      process.waitUntilExit()
      #expect(try take(first, machine, shell, holder: process.processIdentifier).status == 0)
      let alive = ProcessInfo.processInfo.processIdentifier
      #expect(try take(second, machine, shell, holder: alive).status == 0)
      let line = try #require(machine.text("/run/muster/lock")).split(separator: " ").map(String.init)
      #expect(line.count == 6 && line[0] == "r-2" && line[1] == "\(alive)")
      var other = line
      other[2] = "1"
      try machine.write("/run/muster/lock", other.joined(separator: " "))
      #expect(try take(first, machine, shell, holder: alive).status == 0)
      other = line
      other[4] = "1000"
      try machine.write("/run/muster/lock", other.joined(separator: " "))
      #expect(try take(first, machine, shell, holder: alive).status == 0)
      for nonsense in ["", "x", "a b c d e f", "\(UInt64.max) 1 1 1 99999999999999999999 x"] {
        try machine.write("/run/muster/lock", nonsense)
        #expect(try take(second, machine, shell, holder: alive).status == 0, "\(nonsense)")
      }
    }
  }

  @Test("a lock that is broken ends what holds it", arguments: LocalMachine.shells)
  func breaking(shell: [String]) throws {
    try LocalMachine.with { machine in
      let holder = Process()
      holder.executableURL = URL(fileURLWithPath: "/bin/sleep")
      holder.arguments = ["3600"]
      try holder.run()
      defer { holder.terminate() }
      #expect(try take(first, machine, shell, holder: holder.processIdentifier).status == 0)
      var breaker = second
      breaker.breaks = true
      let answer = try take(breaker, machine, shell, holder: ProcessInfo.processInfo.processIdentifier)
      try #require(answer.status == 0, "\(answer.errorText)")
      holder.waitUntilExit()
      #expect(holder.terminationReason == .uncaughtSignal)
    }
  }
}
