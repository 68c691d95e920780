import Foundation
import MusterCore
import RemoteHosts
import Testing

@testable import Provisioning

@Suite("The script that asks a machine")
struct FactsScriptTests {
  @Test("tells of this machine, in every shell", arguments: LocalShell.all)
  func here(shell: LocalShell) async throws {
    let machines = try Machines.of(Machines.three + "\n[all:vars]\nconvect_workdir=\"/tmp/it's \\\"work\\\" $(x)\"\n")
    let question = FactsQuestion(to: machines[0], among: machines)
    let reading = try await question.ask(shell)
    let facts = reading.facts
    #expect(facts.userID == Int(getuid()))
    #expect(!facts.hostName.isEmpty)
    #expect(facts.cores >= 1 && facts.cores <= ProcessInfo.processInfo.processorCount)
    #expect(facts.memory > 100_000_000)
    #expect(["x86_64", "aarch64"].contains(facts.architecture))
    #expect(!facts.system.id.isEmpty && !facts.kernel.isEmpty)
    #expect(facts.disks.map(\.path) == Preflight.paths + ["/tmp/it's \"work\" $(x)"])
    #expect(facts.disks.allSatisfy { $0.size > 0 && $0.mount.hasPrefix("/") && !$0.type.isEmpty })
    #expect(facts.modules.count == Preflight.modules.count)
    #expect(facts.tools["tar"] != nil)
    // The clock is this very one.
    #expect(reading.clockOffset.seconds.magnitude <= reading.clockDoubt.seconds + 1)
  }

  @Test("makes one record of every value, however hostile", arguments: LocalShell.all)
  func hostile(shell: LocalShell) async throws {
    let whole = FactsScript.text(paths: [], ports: [], modules: [])
    let definitions = try #require(whole.range(of: "put muster-facts")).lowerBound
    let values = [
      "a\nend", "a\tb", "\u{1B}[31mred", "\u{7F}", "naïve 💥", "-n", "%s%n", "\\n\\t\\c", "*", "$(touch /x)", "`x`", "",
    ]
    let puts = values.map { "put host \(ShellWord.quoted($0))" }.joined(separator: "\n")
    let long = "put host \(String(repeating: "x", count: 4000))"
    let answer = try await shell.run(RemoteScript("puts", whole[..<definitions] + puts + "\n" + long + "\n"))
    let lines = answer.outputText.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(
      lines.dropLast(2).map(String.init) == [
        "host\ta?end", "host\ta?b", "host\t?[31mred", "host\t?", "host\tna??ve ????", "host\t-n", "host\t%s%n",
        "host\t\\n\\t\\c", "host\t*", "host\t$(touch /x)", "host\t`x`", "host\t",
      ])
    #expect(lines.dropLast().last.map(String.init) == "host\t" + String(repeating: "x", count: 512))
  }

  @Test("names who holds a port")
  func owner() async throws {
    let taken = try HeldPort()
    defer { taken.close() }
    let text = FactsScript.text(paths: ["/"], ports: [taken.number], modules: ["overlay"])
    for shell in LocalShell.all {
      let facts = try MachineFacts(answer: await shell.run(RemoteScript("asks", text)).output, of: "here")
      let listener = try #require(facts.listeners.first { $0.port == ClusterPort(taken.number) })
      #expect(listener.address == "127.0.0.1")
      #expect(listener.process?.id == Int(getpid()), "\(shell.name)")
    }
  }

  @Test("a clock that is off is told by how much, and how sure that is")
  func clock() throws {
    let answer = RecordedAnswer.bytes(RecordedAnswer.debian)
    let asked = Timestamp(milliseconds: 1_795_850_687_000)
    let reading = try FactsQuestion.reading(answer, of: "h2", asked: asked, took: .seconds(1))
    #expect(reading.clockOffset == .seconds(90))
    #expect(reading.clockDoubt == .seconds(1))
  }
}
