import Foundation
import Kubernetes
import MusterCore
import Testing
import WorkerDeployment

@testable import MusterCommands

/// The flags of `muster workers autoscale`, up to what the planner is given.
@Suite struct AutoscaleOptionsTests {
  @Test("Flags become settings; what is left out stays as documented")
  func settings() throws {
    let options = try AutoscaleOptions.parse([
      "--max", "50", "--min", "2", "--hard-cap", "60", "--drain-window", "5m", "--assume", "30s", "--up-window", "10s",
      "--down-window", "1m", "--cooldown", "5s", "--stale", "20s", "--pending", "2m", "--retry", "3m", "--period",
      "500ms",
    ])
    var expected = AutoscaleSettings(maximum: 50)
    expected.minimum = 2
    expected.hardCap = 60
    expected.drainWindow = .seconds(300)
    expected.assumedRunTime = .seconds(30)
    expected.upWindow = .seconds(10)
    expected.downWindow = .seconds(60)
    expected.downCooldown = .seconds(5)
    expected.stalePatience = .seconds(20)
    expected.pendingPatience = .seconds(120)
    expected.pendingRetry = .seconds(180)
    expected.period = .milliseconds(500)
    #expect(try options.settings() == expected)
    let least = try AutoscaleOptions.parse(["--max", "7"])
    #expect(try least.settings() == AutoscaleSettings(maximum: 7))
    #expect(try least.pools(in: "ns") == [AutoscalePool("prover-cli-t", namespace: "ns", maximum: 7)])
  }

  @Test("Pools are in the order in which they are given; what one leaves out is as without")
  func pools() throws {
    let options = try AutoscaleOptions.parse([
      "--max", "50", "--pool", "name=a100,namespace=fast,deployment=d,max=10,slots=4,kind=block,kind=tx", "--pool",
      "namespace=slow",
    ])
    #expect(
      try options.pools(in: "ns") == [
        AutoscalePool("a100", namespace: "fast", deployment: "d", maximum: 10, slots: 4, kinds: ["block", "tx"]),
        AutoscalePool("slow", namespace: "slow", maximum: 50),
      ])
  }

  @Test(
    "What is none is refused",
    arguments: [
      [], ["--max", "many"], ["--max", "5", "--pool", "name"], ["--max", "5", "--pool", "colour=red"],
      ["--max", "5", "--pool", "max=x"], ["--max", "5", "--pool", "max=1,max=2"], ["--max", "5", "--pool", "name=a,"],
      ["--max", "5", "--pool", ""], ["--max", "5", "--pool", "kind=a,kind=a"],
    ])
  func bad(arguments: [String]) {
    #expect(throws: (any Error).self) { try AutoscaleOptions.parse(arguments) }
  }

  @Test("What cannot be together is one sentence, before anybody is asked")
  func sentences() async {
    let over = await muster("workers", "autoscale", "--max", "5", "--min", "6", "--namespace", "a")
    #expect(
      over.status == 1
        && over.messages.contains(
          "a minimum of 6, a maximum of 5 and a hard cap of 5 workers; none may be over the next")
    )
    let time = await muster("workers", "autoscale", "--max", "5", "--drain-window", "soon", "--namespace", "a")
    #expect(time.status == 64 && time.messages.contains("--drain-window is 'soon'"), "\(time)")
  }

  @Test("Every flag that the document has is one")
  func documented() throws {
    var root = URL(fileURLWithPath: #filePath)
    for _ in 0..<4 { root.deleteLastPathComponent() }
    let text = try String(contentsOf: root.appendingPathComponent("docs/workers-autoscaling.md"), encoding: .utf8)
    let flags = text.split(separator: "\n").filter { $0.hasPrefix("| `--") }.flatMap { row in
      (row.split(separator: "|").first ?? "").split(separator: "`").filter { $0.hasPrefix("--") }.map(String.init)
    }
    let help = WorkersAutoscale.helpMessage(columns: 200)
    #expect(flags.count >= 13)
    #expect(flags.filter { !help.contains("\($0) <") && !help.contains("\($0) ") } == [])
  }

  @Test("The manifest's command lines are ones that the program takes")
  func manifest() throws {
    var root = URL(fileURLWithPath: #filePath)
    for _ in 0..<4 { root.deleteLastPathComponent() }
    let text = try String(contentsOf: root.appendingPathComponent("deploy/autoscale/autoscaler.yaml"), encoding: .utf8)
    var lines: [[String]] = []
    for object in try Manifests.read(text) {
      for list in ["initContainers", "containers"] {
        let containers = object["spec", "template", "spec", .name(list)]?.array ?? []
        lines += containers.map { $0.object?["args"]?.array?.compactMap(\.string) ?? [] }
      }
    }
    #expect(lines.map { $0.first } == ["login", "workers"])
    for line in lines {
      // What the kubelet puts in.
      _ = try Muster.parseAsRoot(line.map { $0.replacingOccurrences(of: "$(POD_NAME)", with: "pod-1") })
    }
  }
}
