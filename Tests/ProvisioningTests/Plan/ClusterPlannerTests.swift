import MusterCore
import Testing

@testable import Provisioning

@Suite("Plans of clusters")
struct ClusterPlannerTests {
  /// A fleet on which a plan was carried out.
  private func fleet(_ wanted: WantedCluster, speaksOfLabels: Bool = true) -> ModelFleet {
    var fleet = ModelFleet(wanted.machines.map(\.name), speaksOfLabels: speaksOfLabels)
    fleet.carryOut(plan(wanted, fleet), nodes: nodes(wanted))
    return fleet
  }

  private func nodes(_ wanted: WantedCluster) -> [String: String] {
    Dictionary(uniqueKeysWithValues: wanted.machines.map { ($0.name, $0.node.name) })
  }

  private func plan(_ wanted: WantedCluster, _ fleet: ModelFleet) -> ClusterPlan {
    ClusterPlanner.plan(wanted, fleet.observed(server: wanted.founder))
  }

  @Test("a bare machine gets everything, in an order in which it can be done")
  func bare() throws {
    let wanted = try PlanFixture.wanted(PlanFixture.three)
    let plan = plan(wanted, ModelFleet(["m1", "w1", "w2"]))
    #expect(plan.problems.isEmpty)
    let m1 = plan.actions.filter { $0.machine == "m1" }
    #expect(m1.first?.deed == .openRecord)
    let subjects = m1.map(\.subject)
    let config = try #require(subjects.firstIndex(of: "/etc/rancher/k3s/config.yaml"))
    let reload = try #require(subjects.firstIndex(of: "systemd"))
    let start = try #require(m1.firstIndex { if case .start = $0.deed { true } else { false } })
    #expect(config < reload && reload < start)
    #expect(plan.phases == [.prepare, .start(wave: 0), .start(wave: 1), .finish])
    #expect(plan.needs["w1"] == ["m1"])
    #expect(plan.actions.last?.machine == "m1")
    #expect(plan.actions.allSatisfy { !$0.what.isEmpty && !$0.why.isEmpty })
  }

  @Test("what has been done is not done again", arguments: [true, false], [PlanFixture.three, PlanFixture.five])
  func twice(speaksOfLabels: Bool, inventory: String) throws {
    let wanted = try PlanFixture.wanted(inventory, wishes: PlanFixture.wishes(taints: true))
    let fleet = fleet(wanted, speaksOfLabels: speaksOfLabels)
    #expect(plan(wanted, fleet).actions == [])
  }

  @Test("where only the service is missing, the record is begun all the same")
  func onlyService() throws {
    let wanted = try PlanFixture.wanted(PlanFixture.three)
    var fleet = fleet(wanted)
    fleet.machines["w1"]?.record = nil
    fleet.machines["w1"]?.units["k3s-agent.service"]?.state = "failed"
    #expect(
      plan(wanted, fleet).actions.map(\.what) == [
        "begins the record of what is changed", "starts k3s-agent.service", "waits until k3s-agent.service runs",
      ])
  }

  @Test("servers start one at a time, agents together after them")
  func order() throws {
    let wanted = try PlanFixture.wanted(PlanFixture.five)
    #expect(wanted.machines.map(\.wave) == [0, 1, 2, 3, 3])
    #expect(wanted["m3"]?.needs == ["m1", "m2"])
    #expect(wanted["w1"]?.needs == ["m1"])
  }

  @Test("a run that is cut after any action ends, run again, like one that was not", arguments: [0, 3, 7])
  func cut(offset: Int) throws {
    let wanted = try PlanFixture.wanted(PlanFixture.five)
    let whole = fleet(wanted)
    let first = plan(wanted, ModelFleet(wanted.machines.map(\.name)))
    for count in stride(from: offset, through: first.actions.count, by: 9) {
      var fleet = ModelFleet(wanted.machines.map(\.name))
      var cut = first
      cut.actions = Array(first.actions.prefix(count))
      fleet.carryOut(cut, nodes: nodes(wanted))
      fleet.carryOut(plan(wanted, fleet), nodes: nodes(wanted))
      #expect(plan(wanted, fleet).actions == [])
      for machine in wanted.machines {
        #expect(fleet.machines[machine.name]?.files == whole.machines[machine.name]?.files)
        #expect(fleet.machines[machine.name]?.started == whole.machines[machine.name]?.started)
      }
    }
  }

  @Test("a change that was written but not read by the service restarts it at the next run")
  func cutBeforeRestart() throws {
    let old = try PlanFixture.wanted(PlanFixture.three)
    var fleet = fleet(old)
    let new = try PlanFixture.wanted(PlanFixture.three, wishes: PlanFixture.wishes("another"))
    var cut = plan(new, fleet)
    cut.actions.removeAll { $0.phase != .prepare }
    fleet.carryOut(cut, nodes: nodes(new))
    let rest = plan(new, fleet)
    #expect(Set(rest.actions.map(\.machine)) == ["m1", "w1", "w2"])
    #expect(rest.actions.contains { $0.why.contains("not known") })
    // Back to what it was when the service started: it may have read either.
    #expect(!plan(old, fleet).actions.filter { if case .restart = $0.deed { true } else { false } }.isEmpty)
  }

  @Test("another http_port touches one manifest of the servers and restarts nothing")
  func httpPort() throws {
    let old = try PlanFixture.wanted(PlanFixture.three)
    var fleet = fleet(old)
    let new = try PlanFixture.wanted(PlanFixture.three + "\n[all:vars]\nhttp_port=8080\n")
    let change = plan(new, fleet)
    #expect(change.actions.map(\.subject) == ["/var/lib/rancher/k3s/server/manifests/muster-ingress.yaml"])
    fleet.carryOut(change, nodes: nodes(new))
    let back = plan(old, fleet)
    #expect(back.actions.map(\.what) == ["removes /var/lib/rancher/k3s/server/manifests/muster-ingress.yaml"])
    // But a cluster that was told other ports keeps them, unless it is told again.
    #expect(ClusterSite.keepsIngress(fleet.machines))
    var wishes = PlanFixture.wishes()
    wishes.keepsIngress = true
    let told = plan(try PlanFixture.wanted(PlanFixture.three, wishes: wishes), fleet)
    #expect(told.actions.map(\.what).allSatisfy { $0.hasPrefix("puts /var/lib/rancher/k3s/server/manifests/") })
    #expect(told.actions.count == 1)
  }

  @Test("a server that is to be an agent must leave the cluster first")
  func demoted() throws {
    let fleet = fleet(try PlanFixture.wanted(PlanFixture.five))
    let fewer = try PlanFixture.wanted(
      "[driver]\nm1 my_iface=eth1\n[worker]\nm[2:3] my_iface=eth1\nw[1:2] my_iface=eth1\n")
    let plan = plan(fewer, fleet)
    #expect(plan.problems.count == 2 && plan.problems.allSatisfy { $0.contains("reset --limit m") })
    #expect(!plan.actions.contains { $0.deed == .retire("k3s.service") })
  }

  @Test("a service that is starting with files that have changed is started anew")
  func activating() throws {
    let wanted = try PlanFixture.wanted(PlanFixture.three)
    var fleet = fleet(wanted)
    fleet.machines["w1"]?.units["k3s-agent.service"]?.state = "activating"
    #expect(
      plan(wanted, fleet).actions.map(\.what) == ["starts k3s-agent.service", "waits until k3s-agent.service runs"])
    fleet.machines["w1"]?.started["k3s-agent.service"] = "other"
    #expect(
      plan(wanted, fleet).actions.map(\.what) == ["restarts k3s-agent.service", "waits until k3s-agent.service runs"])
  }

  @Test("a driver of NVIDIA's that is not Muster's is kept")
  func otherDriver() throws {
    let bundle = PlanFixture.bundle(["nvidia-driver/nvidia-driver_550.1-1_amd64.deb"])
    let wanted = try PlanFixture.wanted(PlanFixture.three, bundle: bundle)
    try #require(wanted["w2"]?.packages.contains { $0.set == .nvidiaDriver } == true)
    var fleet = ModelFleet(["m1", "w1", "w2"])
    fleet.machines["w2"]?.commands["nvidia-smi"] = ["/usr/bin/nvidia-smi"]
    let plan = plan(wanted, fleet)
    #expect(plan.actions.contains { $0.machine == "w2" && $0.subject == "conntrack ipset nvidia-container-toolkit" })
    #expect(plan.remarks.contains { $0.contains("a driver of NVIDIA's already") })
  }

  @Test("a taint on request is given without a restart, and taken away again")
  func taint() throws {
    let old = try PlanFixture.wanted(PlanFixture.three)
    var fleet = fleet(old)
    let new = try PlanFixture.wanted(PlanFixture.three, wishes: PlanFixture.wishes(taints: true))
    let change = plan(new, fleet)
    #expect(change.phases == [.prepare, .finish])
    #expect(
      change.actions.contains {
        $0.changes.contains(SettingChange("taint dedicated", from: nil, to: "computation:NoSchedule"))
      })
    fleet.carryOut(change, nodes: nodes(new))
    let back = plan(old, fleet)
    #expect(back.actions.contains { if case .mark(_, [], let take) = $0.deed { take.count == 1 } else { false } })
  }

  @Test("fields of config.yaml that change are named, and the service that read them restarts")
  func fields() throws {
    let wanted = try PlanFixture.wanted(PlanFixture.three)
    var fleet = fleet(wanted)
    var other = try #require(wanted["w1"]).configuration
    other.settings["node-ip"] = .text("10.9.9.9")
    other.settings["agent-token"] = .text("canary-secret")
    fleet.machines["w1"]?.configuration = Secret(Array(other.yaml.utf8))
    fleet.machines["w1"]?.files["/etc/rancher/k3s/config.yaml"]?.digest = String(repeating: "0", count: 64)
    let change = plan(wanted, fleet)
    #expect(change.actions.map(\.machine).allSatisfy { $0 == "w1" })
    #expect(
      change.actions.first?.changes == [
        SettingChange("agent-token", from: "<redacted>", to: nil),
        SettingChange("node-ip", from: "10.9.9.9", to: "10.0.0.12"),
      ])
    #expect(change.actions.contains { $0.what == "restarts k3s-agent.service" && $0.why.contains("config.yaml") })
    #expect(!"\(change)".contains("canary-secret"))
  }

  @Test("no plan shows the token")
  func secrets() throws {
    let wanted = try PlanFixture.wanted(PlanFixture.five)
    let plan = plan(wanted, ModelFleet(wanted.machines.map(\.name)))
    var text = ""
    dump(plan, to: &text)
    #expect(!text.contains(PlanFixture.token))
    #expect(!"\(plan)".contains(PlanFixture.token))
  }

  @Test("another token changes the env files and restarts every service, shown as a secret")
  func newToken() throws {
    let old = try PlanFixture.wanted(PlanFixture.three)
    let fleet = fleet(old)
    let change = plan(try PlanFixture.wanted(PlanFixture.three, wishes: PlanFixture.wishes("other")), fleet)
    let puts = change.actions.filter { if case .put = $0.deed { true } else { false } }
    #expect(puts.map(\.subject).allSatisfy { $0.hasSuffix(".service.env") } && puts.count == 3)
    #expect(puts.allSatisfy { $0.changes == [SettingChange("content", from: "<redacted>", to: "<redacted>")] })
  }

  @Test("packages that were there before are kept, and Docker of another source stays alone")
  func packages() throws {
    let bundle = PlanFixture.bundle(["docker/docker-ce_27.0-1_amd64.deb"])
    let wanted = try PlanFixture.wanted(PlanFixture.three, bundle: bundle)
    var fleet = ModelFleet(["m1", "w1", "w2"])
    fleet.machines["w1"]?.packages = ["conntrack": "1.4.6-2"]
    fleet.machines["w1"]?.commands["docker"] = ["/usr/bin/docker"]
    let plan = plan(wanted, fleet)
    let installs = plan.actions.compactMap { action -> String? in
      if case .install = action.deed { "\(action.machine) \(action.subject)" } else { nil }
    }
    #expect(
      installs == [
        "m1 conntrack ipset docker-ce", "w1 ipset", "w2 conntrack ipset nvidia-container-toolkit docker-ce",
      ])
    #expect(plan.remarks.contains { $0.contains("conntrack 1.4.6-2") })
    #expect(plan.remarks.contains { $0.contains("has Docker already") })
  }

  @Test("a package that Muster brought follows the bundle")
  func newPackage() throws {
    let old = try PlanFixture.wanted(PlanFixture.three)
    let fleet = fleet(old)
    let names = ["conntrack_1.4.8-1_amd64.deb"].map { "packages/debian-12/\($0)" }
    let new = try PlanFixture.wanted(PlanFixture.three, bundle: PlanFixture.bundle(names))
    let change = plan(new, fleet)
    #expect(change.actions.map(\.subject) == ["conntrack", "conntrack", "conntrack"])
    #expect(change.actions.first?.changes == [SettingChange("conntrack", from: "1.4.7-1", to: "1.4.8-1")])
  }

  @Test("a folder in the place of a file is a problem, a link is replaced")
  func inTheWay() throws {
    let wanted = try PlanFixture.wanted(PlanFixture.three)
    var fleet = ModelFleet(["m1", "w1", "w2"])
    fleet.machines["m1"]?.files["/usr/local/bin/k3s"] = ObservedFile(.link, mode: 0o777)
    fleet.machines["m1"]?.links["/usr/local/bin/k3s"] = "/opt/k3s"
    fleet.machines["w1"]?.files["/usr/local/bin/k3s"] = ObservedFile(.directory, mode: 0o755)
    let plan = plan(wanted, fleet)
    #expect(plan.problems.count == 1 && plan.problems[0].contains("w1"))
    #expect(plan.actions.contains { $0.machine == "m1" && $0.why.contains("'/opt/k3s'") })
  }

  @Test("only the mode differs: the bytes are not sent again")
  func mode() throws {
    let wanted = try PlanFixture.wanted(PlanFixture.three)
    var fleet = fleet(wanted)
    fleet.machines["w1"]?.files["/usr/local/bin/k3s"]?.mode = 0o644
    let change = plan(wanted, fleet)
    #expect(change.actions.map(\.upload) == [0])
    #expect(change.actions.first?.changes == [SettingChange("mode and owner", from: "0644 0:0", to: "0755 0:0")])
  }

  @Test("an agent that becomes a server loses the one service and gets the other")
  func role() throws {
    let old = try PlanFixture.wanted("[driver]\nm1\n[worker]\nw1\nw2\n")
    var fleet = fleet(old)
    let new = try PlanFixture.wanted("[driver]\nm1\nw1\nw2\n")
    let change = plan(new, fleet)
    #expect(change.problems.isEmpty)
    let w1 = change.actions.filter { $0.machine == "w1" }
    #expect(w1.first?.what == "stops and disables k3s-agent.service")
    fleet.carryOut(change, nodes: nodes(new))
    #expect(plan(new, fleet).actions == [])
    #expect(fleet.machines["w1"]?.files["/etc/systemd/system/k3s-agent.service.env"] == nil)
  }

  @Test("a machine that was not looked at is left alone, and its absence said")
  func limited() throws {
    let wanted = try PlanFixture.wanted(PlanFixture.three)
    let plan = ClusterPlanner.plan(wanted, ["w1": ObservedMachine()])
    #expect(Set(plan.actions.map(\.machine)) == ["w1"])
    #expect(plan.remarks.contains("m1 and w2 are left alone in this plan"))
  }

  @Test("nodes that are no machines of the inventory are spoken of")
  func strangers() throws {
    let wanted = try PlanFixture.wanted(PlanFixture.three)
    var observed = fleet(wanted).observed(server: "m1")
    observed["m1"]?.nodes?["old"] = ObservedNode(isReady: false)
    let plan = ClusterPlanner.plan(wanted, observed)
    #expect(plan.actions.isEmpty)
    #expect(plan.remarks.contains { $0.contains("old") })
  }

  @Test("a server that was lost and comes back joins the others instead of beginning a second cluster")
  func founder() throws {
    let wanted = try PlanFixture.wanted(PlanFixture.five)
    var fleet = fleet(wanted)
    fleet.machines["m1"] = ModelFleet(["m1"]).machines["m1"]
    let stores = fleet.machines.mapValues(\.store)
    let again = try PlanFixture.wanted(PlanFixture.five, stores: stores)
    #expect(again.founder == "m2")
    #expect(again["m1"]?.configuration.settings["server"] == .text("https://10.0.0.12:6443"))
    #expect(again["m1"]?.configuration.settings["cluster-init"] == nil)
    let change = plan(again, fleet)
    let restarts = change.actions.filter { if case .restart = $0.deed { true } else { false } }
    #expect(restarts.isEmpty)
    fleet.carryOut(change, nodes: nodes(again))
    // Once it is back it is the first again, and nothing changes for that.
    let back = try PlanFixture.wanted(PlanFixture.five, stores: fleet.machines.mapValues(\.store))
    #expect(back.founder == "m1")
    #expect(plan(back, fleet).actions.filter { $0.phase != .finish } == [])
  }
}
