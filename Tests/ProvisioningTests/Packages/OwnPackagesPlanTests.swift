import MusterCore
import Testing

@testable import Provisioning

@Suite("Plans of packages from machines' own sources")
struct OwnPackagesPlanTests {
  private let kmod = PackageNeed(["kmod"], .base, reason: "k3s loads modules with modprobe")
  private let toolkit = PackageNeed(["nvidia-container-toolkit"], .nvidiaToolkit, reason: "containers want a GPU")
  private let docker = PackageNeed(["docker.io"], .docker, reason: "install_docker asks for Docker", isRequired: false)

  private func wanted(_ needs: [PackageNeed], repository: PackageRepository? = nil, key: Bool = false) throws
    -> WantedCluster
  {
    let machines = try PlanFixture.settings("[driver]\nm1 my_iface=eth1\n")
    var facts = PlanFixture.facts(machines)
    facts["m1"]?.wishes = PackageWishes(manager: .apt, needs: needs, repository: repository)
    var bundle = PlanFixture.bundle(key ? ["docker/docker.asc"] : [])
    bundle = ArtifactBundle(folder: bundle.folder, artifacts: bundle.artifacts.filter { !$0.path.hasPrefix("nvidia") })
    return try ClusterDesign.wanted(machines, facts, bundle, PlanFixture.wishes())
  }

  private func offer(_ needs: [PackageNeed], _ lines: [String]) -> PackageOffer? {
    let text = ([SourceTrialScript.header] + lines + ["end", ""]).joined(separator: "\n")
    return SourceTrialAnswer(.init(status: 0, output: Array(text.utf8))).map { PackageOffer(needs, $0) }
  }

  private func plan(_ wanted: WantedCluster, _ fleet: ModelFleet) -> ClusterPlan {
    ClusterPlanner.plan(wanted, fleet.observed(server: "m1"))
  }

  @Test("what the sources have is installed once, and k3s starts anew for NVIDIA's runtime")
  func installs() throws {
    let old = try wanted([])
    var fleet = ModelFleet(["m1"])
    fleet.carryOut(plan(old, fleet), nodes: ["m1": "m1"])
    let needs = [kmod, toolkit]
    let new = try wanted(needs)
    fleet.machines["m1"]?.offer = offer(needs, ["found 0 kmod", "found 1 nvidia-container-toolkit"])
    let change = plan(new, fleet)
    #expect(change.problems == [])
    #expect(
      change.actions.first?.deed
        == .installOwn(
          OwnPackages(["kmod", "nvidia-container-toolkit"], .apt, sets: [.base, .nvidiaToolkit]),
          forgets: ["k3s.service"]))
    #expect(change.actions.contains { $0.what == "restarts k3s.service" })
    fleet.carryOut(change, nodes: ["m1": "m1"])
    fleet.machines["m1"]?.offer = nil
    #expect(plan(new, fleet).actions == [])
    // Once the tools are there, the facts name no need any more.
    #expect(plan(old, fleet).actions == [])
  }

  @Test("what is needed and nowhere to be had is a problem, what is only wished for a remark")
  func missing() throws {
    let needs = [kmod, docker]
    let wanted = try wanted(needs)
    var fleet = ModelFleet(["m1"])
    fleet.machines["m1"]?.offer = offer(needs, ["none", "lacks 0", "lacks 1"])
    let made = plan(wanted, fleet)
    #expect(
      made.problems == ["m1 needs kmod, which is not in the bundle: cannot be had from its own sources: it has none"])
    #expect(made.remarks.contains { $0.hasPrefix("m1 goes without docker.io") })
  }

  @Test("sources that were tried in vain are not tried at every run, but when they change")
  func remembered() throws {
    let wanted = try wanted([docker])
    let machine = try #require(wanted["m1"])
    var fleet = ModelFleet(["m1"])
    fleet.machines["m1"]?.sources = "12-34"
    fleet.machines["m1"]?.offer = offer([docker], ["none", "lacks 0"])
    #expect(OwnSources.needs(machine, try #require(fleet.machines["m1"])) == [docker])
    let first = plan(wanted, fleet)
    #expect(first.problems == [])
    #expect(first.actions.contains { $0.deed == .rememberSources("12-34") })
    fleet.carryOut(first, nodes: ["m1": "m1"])
    fleet.machines["m1"]?.offer = nil
    #expect(OwnSources.needs(machine, try #require(fleet.machines["m1"])) == [])
    #expect(plan(wanted, fleet).actions == [])
    fleet.machines["m1"]?.sources = "56-78"
    #expect(OwnSources.needs(machine, try #require(fleet.machines["m1"])) == [docker])
  }

  @Test("a source of Muster's own is put to install from it, stays, and goes when it is not wanted any more")
  func repository() throws {
    let system = SystemRelease(id: "debian", version: "12", codename: "bookworm")
    let source = try PackageRepository.docker("https://mirror.example", system, .apt, machine: "x86_64").get()
    let need = PackageNeed(["docker-ce"], .docker, reason: "install_docker asks for Docker")
    let new = try wanted([need], repository: source, key: true)
    var fleet = ModelFleet(["m1"])
    fleet.machines["m1"]?.offer = offer([need], ["found 0 docker-ce"])
    let first = plan(new, fleet)
    let subjects = first.actions.map(\.subject)
    let places = [
      "/usr/share/keyrings/muster-docker.asc", "/etc/apt/sources.list.d/muster-docker.list", "docker-ce",
    ].map { subjects.firstIndex(of: $0) ?? -1 }
    #expect(places == places.sorted() && places[0] >= 0)
    fleet.carryOut(first, nodes: ["m1": "m1"])
    fleet.machines["m1"]?.offer = nil
    // Docker is there now, so that the facts name no need.
    let again = try wanted([], repository: source, key: true)
    #expect(plan(again, fleet).actions == [])
    let without = plan(try wanted([]), fleet)
    #expect(without.actions.map(\.what).filter { $0.hasPrefix("removes ") }.count == 2)
  }

  @Test("where Docker is there already, no source is put")
  func kept() throws {
    let system = SystemRelease(id: "debian", version: "12", codename: "bookworm")
    let source = try PackageRepository.docker("https://mirror.example", system, .apt, machine: "x86_64").get()
    var fleet = ModelFleet(["m1"])
    fleet.machines["m1"]?.commands["docker"] = ["/usr/bin/docker"]
    let made = plan(try wanted([], repository: source), fleet)
    #expect(!made.actions.contains { $0.subject.hasPrefix("/etc/apt") })
  }

  @Test("a docker_repo that means nothing is a problem")
  func fault() throws {
    var wanted = try wanted([PackageNeed(["docker-ce"], .docker, reason: "")])
    wanted.machines[0].own.fault = "docker_repo 'x' is no URL"
    let made = plan(wanted, ModelFleet(["m1"]))
    #expect(made.problems.count == 1 && made.problems[0].contains("docker_repo 'x' is no URL"))
  }

  @Test("an installation that was cut is finished, even where nothing else is to be installed")
  func half() throws {
    let wanted = try wanted([])
    var fleet = ModelFleet(["m1"])
    fleet.carryOut(plan(wanted, fleet), nodes: ["m1": "m1"])
    fleet.machines["m1"]?.halfPackages = ["runc"]
    let made = plan(wanted, fleet)
    #expect(made.actions.map(\.deed) == [.mendPackages(["runc"])])
    fleet.carryOut(made, nodes: ["m1": "m1"])
    #expect(plan(wanted, fleet).actions == [])
  }

  @Test("a reset takes away what came along, and then what it left behind")
  func reset() throws {
    let wanted = try wanted([docker])
    var fleet = ModelFleet(["m1"])
    fleet.machines["m1"]?.offer = offer([docker], ["found 0 docker.io"])
    fleet.carryOut(plan(wanted, fleet), nodes: ["m1": "m1"])
    let reset = ResetPlanner.plan([("m1", "m1")], fleet.machines)
    let deeds = reset.actions.map(\.deed)
    let packages = try #require(
      deeds.firstIndex { if case .removePackages(let names) = $0 { names.contains("libdocker.io") } else { false } })
    let account = try #require(deeds.firstIndex(of: .undo(.account("docker"))))
    #expect(packages < account)
  }
}
