import MusterCore
import RemoteHosts
import Testing

@testable import Provisioning

@Suite("Checks before machines become a cluster")
struct PreflightTests {
  @Test("machines that nothing is wrong with have neither problems nor warnings")
  func good() throws {
    let table = Preflight.check(try Machines.input())
    #expect(table.problems == [] && table.warnings == [])
    #expect(table.subjects.map(\.name) == ["(cluster)", "(this machine)", "m1", "w1", "w2"])
    for kind in CheckKind.allCases {
      let of = table.results.filter { $0.kind == kind }.map(\.subject)
      let machines = ["m1", "w1", "w2"].map { CheckSubject.machine($0) }
      switch kind.scope {
      case .cluster: #expect(of == [.cluster], "\(kind)")
      case .provisioner: #expect(of == [.provisioner], "\(kind)")
      case .machine: #expect(of == machines, "\(kind)")
      case .machineAndProvisioner: #expect(of == [.provisioner] + machines, "\(kind)")
      }
    }
  }

  @Test("every check fails once", arguments: FailingCheck.all)
  func fails(_ failing: FailingCheck) throws {
    var input = try Machines.input(failing.inventory)
    failing.damage(&input)
    let table = Preflight.check(input)
    let found = table.results.filter { $0.kind == failing.kind && $0.verdict == failing.verdict }
    #expect(found.contains { $0.subject == failing.subject && $0.sentence.contains(failing.words) }, "\(found)")
    #expect(found.allSatisfy { failing.verdict == .warning || $0.cure?.isEmpty == false })
    #expect(table.verdict(of: failing.subject, failing.kind) == failing.verdict)
    // What is wrong with one thing is not told of as something else.
    let others = table.results.filter { $0.kind != failing.kind && $0.verdict == .problem }
    #expect(others.filter { !failing.also.contains($0.kind) } == [])
  }

  @Test("each check that can fail does so in one of the cases, and each that warns warns")
  func complete() {
    for kind in CheckKind.allCases {
      let cases = FailingCheck.all.filter { $0.kind == kind }
      #expect(cases.contains { $0.verdict == .problem } == (kind.problemText != "–"), "\(kind)")
      #expect(cases.contains { $0.verdict == .warning } == (kind.warningText != "–"), "\(kind)")
    }
  }

  @Test("all problems are told of at once, in the same order whatever was found first")
  func allAtOnce() throws {
    var input = try Machines.input()
    let damages = FailingCheck.all.filter {
      $0.inventory == Machines.three && $0.verdict == .problem && $0.subject == .machine("w1")
    }
    for failing in damages where ![.ssh, .root, .interface].contains(failing.kind) { failing.damage(&input) }
    let table = Preflight.check(input)
    let kinds = table.problems.filter { $0.subject == .machine("w1") }.map(\.kind)
    #expect(kinds.count > 12)
    let order = CheckKind.allCases
    #expect(kinds == kinds.sorted { (order.firstIndex(of: $0) ?? 0) < (order.firstIndex(of: $1) ?? 0) })
    #expect(table == Preflight.check(input))
  }

  @Test("sentences are one line without a full stop")
  func sentences() throws {
    for failing in FailingCheck.all {
      var input = try Machines.input(failing.inventory)
      failing.damage(&input)
      for result in Preflight.check(input).results {
        for text in [result.sentence, result.cure ?? "x"] {
          #expect(!text.isEmpty && !text.hasSuffix(".") && !text.contains("\n") && !text.contains("  "), "\(text)")
        }
      }
    }
  }
}
