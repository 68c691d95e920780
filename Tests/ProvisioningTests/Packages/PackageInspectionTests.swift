import MusterCore
import RemoteHosts
import Testing

@testable import Provisioning

@Suite("Where packages come from, as the checks see it")
struct PackageInspectionTests {
  private func look(
    _ variables: String, bundle: ArtifactBundle?, _ lines: [String], _ change: (inout MachineFacts) -> Void = { _ in }
  ) async throws -> (machine: CheckedMachine, asked: Int) {
    let settings = try #require(try Machines.of("m1 \(variables)\n[driver]\nm1\n").first)
    var facts = Machines.facts("m1", 1)
    facts.tools["apt-get"] = "/usr/bin/apt-get"
    change(&facts)
    let machine = CheckedMachine(settings, .reading(Machines.reading(facts)))
    let text = ([SourceTrialScript.header] + lines + ["end", ""]).joined(separator: "\n")
    let shell = ScriptedShell("m1") { _ in text }
    let looked = try await PackageInspection(bundle: bundle).look(at: machine, nil, shell)
    return (looked, shell.purposes.count)
  }

  @Test("sources are not asked where the bundle brings everything, or nothing is needed")
  func bundle() async throws {
    let nothing = try await look("install_docker=false", bundle: nil, [])
    #expect(nothing.machine.packages == PackageOrigin.none && nothing.asked == 0)
    let all = try await look("", bundle: PlanFixture.bundle(["docker/docker-ce_27-1_amd64.deb"]), [])
    #expect(all.machine.packages == .bundle && all.asked == 0)
  }

  @Test("what the sources have and lack is told, and Docker by itself")
  func own() async throws {
    let looked = try await look("", bundle: nil, ["found 0 kmod", "lacks 1", "say Could not resolve 'mirror.example'"])
    {
      $0.tools["modprobe"] = nil
    }
    #expect(looked.machine.packages == .ownSources(["kmod"]) && looked.asked == 1)
    #expect(looked.machine.wishedPackages == .nowhere(["docker.io"], why: "the name mirror.example cannot be resolved"))
    let input = CheckInput(machines: [looked.machine])
    let results = Preflight.check(input).results.filter { $0.subject == .machine("m1") }
    #expect(
      results.contains { $0.kind == .packages && $0.sentence == "kmod from the machine's own sources, which work" })
    // modprobe comes with it.
    #expect(results.first { $0.kind == .tools }?.verdict == .ok)
  }

  @Test("what is needed and nowhere is a problem, also in the check of the program that it brings")
  func nowhere() async throws {
    let looked = try await look("install_docker=no", bundle: nil, ["none", "lacks 0"]) { $0.tools["modprobe"] = nil }
    #expect(looked.machine.packages == .nowhere(["kmod"], why: "it has none"))
    let table = Preflight.check(CheckInput(machines: [looked.machine]))
    #expect(table.verdict(of: .machine("m1"), .packages) == .problem)
    #expect(table.verdict(of: .machine("m1"), .tools) == .problem)
  }

  @Test("an answer that means nothing makes the packages unknown")
  func meaningless() async throws {
    let looked = try await look("install_docker=no", bundle: nil, ["what"]) { $0.tools["modprobe"] = nil }
    guard case .unknown(["kmod"], _) = looked.machine.packages else {
      Issue.record("\(String(describing: looked.machine.packages))")
      return
    }
  }

  @Test("an installation that Muster was cut in is no problem, another's is")
  func interrupted() throws {
    var input = try Machines.input()
    input.change("w1") { facts, _ in facts.isPackageWorkInterrupted = true }
    #expect(Preflight.check(input).problems.map(\.kind) == [.packageLock])
    input.change("w1") { facts, _ in facts.hasMusterRecord = true }
    #expect(Preflight.check(input).problems == [])
  }
}
