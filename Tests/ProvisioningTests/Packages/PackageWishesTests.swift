import Inventory
import Testing

@testable import Provisioning

@Suite("What machines need of packages")
struct PackageWishesTests {
  private func wishes(
    _ variables: String = "", _ change: (inout MachineFacts) -> Void = { _ in }
  ) throws -> PackageWishes {
    let settings = try #require(try Machines.of("m1 \(variables)\n[driver]\nm1\n").first)
    var facts = Machines.facts("m1", 1)
    facts.tools["apt-get"] = "/usr/bin/apt-get"
    change(&facts)
    return PackageWishes(settings, facts)
  }

  @Test("a machine that has everything needs nothing")
  func nothing() throws {
    let wishes = try wishes("install_docker=false")
    #expect(wishes.manager == .apt && wishes.needs == [])
  }

  @Test("a machine in no group of the cluster gets nothing")
  func idle() throws {
    let settings = try #require(try Machines.of("x\nm1\n[driver]\nm1\n").first { $0.name == "x" })
    var facts = Machines.facts("x", 1)
    facts.tools["apt-get"] = "/usr/bin/apt-get"
    #expect(PackageWishes(settings, facts).needs == [])
  }

  @Test("what k3s needs of the system and is missing comes by the name that the system has for it")
  func system() throws {
    let debian = try wishes("install_docker=false") {
      $0.tools["modprobe"] = nil
      $0.hasAppArmor = true
    }
    #expect(debian.needs.map(\.names) == [["kmod"], ["apparmor"]])
    let rhel = try wishes("install_docker=false") {
      $0.tools["apt-get"] = nil
      $0.tools["dnf"] = "/usr/bin/dnf"
      $0.seLinux = SELinuxFacts(mode: .enforcing, hasPolicy: false)
      $0.kernel = "5.14.0-503.el9.x86_64"
      $0.modules["vxlan"] = .absent
    }
    #expect(rhel.manager == .dnf)
    #expect(rhel.needs.map(\.names) == [["k3s-selinux"], ["kernel-modules-extra-5.14.0-503.el9.x86_64"]])
    #expect((debian.needs + rhel.needs).map(\.isRequired).allSatisfy { $0 })
  }

  @Test("a container needs no modules of its own")
  func container() throws {
    let wishes = try wishes("install_docker=false") {
      $0.system = SystemRelease(id: "ubuntu", version: "24.04")
      $0.modules["vxlan"] = nil
      $0.container = "lxc"
    }
    #expect(wishes.needs == [])
  }

  @Test(
    "a GPU wants the toolkit, and a driver with what it is built from, unless there is one or it shall be left alone")
  func gpu() throws {
    func names(_ variables: String = "", _ change: (inout MachineFacts) -> Void = { _ in }) throws -> [String] {
      try wishes("has_gpu=true install_docker=false \(variables)") {
        $0.gpus = [GPUDevice(place: "0000:01:00.0", device: "0x20b0")]
        change(&$0)
      }.needs.map(\.name)
    }
    #expect(try names() == ["linux-headers-6.1.0-18-amd64", "nvidia-driver", "nvidia-container-toolkit"])
    #expect(try names { $0.system.id = "ubuntu" }.dropFirst().first?.hasSuffix("-server") == true)
    #expect(try names("install_nvidia_driver=false") == ["nvidia-container-toolkit"])
    #expect(try names { $0.nvidiaDriver = "550.1" } == ["nvidia-container-toolkit"])
    #expect(try names { $0.tools["nvidia-smi"] = "/usr/bin/nvidia-smi" } == ["nvidia-container-toolkit"])
    #expect(
      try names {
        $0.nvidiaDriver = "550.1"
        $0.tools["nvidia-container-runtime"] = "/usr/bin/nvidia-container-runtime"
      } == [])
    // A kernel whose name no script can hold.
    #expect(try names { $0.kernel = "6.1;reboot" }.allSatisfy { !$0.contains(";") })
  }

  @Test("Docker is wished for, not needed, unless a mirror is named; and one that is there is kept")
  func docker() throws {
    let plain = try wishes()
    #expect(plain.needs.map(\.names) == [["docker.io"]] && plain.needs[0].isRequired == false)
    let mirror = try wishes("docker_repo=https://mirror.example/docker-ce") { $0.system.codename = "bookworm" }
    #expect(mirror.needs.map(\.names) == [["docker-ce"]] && mirror.needs[0].isRequired)
    #expect(mirror.repository?.path == "/etc/apt/sources.list.d/muster-docker.list")
    #expect(try wishes("install_docker=false").needs == [])
    #expect(try wishes { $0.tools["docker"] = "/usr/bin/docker" }.needs == [])
    #expect(try wishes { $0.units["docker"] = "active" }.needs == [])
    let wrong = try wishes("docker_repo=ftp://x") { $0.system.codename = "bookworm" }
    #expect(wrong.fault?.contains("'ftp://x' is no URL") == true)
  }

  @Test("what the bundle brings is not left: of the system by its name, of Docker and GPUs as a whole")
  func bundle() throws {
    let wishes = try wishes("has_gpu=true") {
      $0.tools["modprobe"] = nil
      $0.hasAppArmor = true
      $0.nvidiaDriver = "550.1"
    }
    func left(_ more: [String]) -> [String] {
      wishes.without(PlanFixture.bundle(more), release: "debian-12", .amd64).needs.map(\.name)
    }
    #expect(wishes.needs.map(\.name) == ["kmod", "apparmor", "nvidia-container-toolkit", "docker.io"])
    #expect(left([]) == ["kmod", "apparmor", "docker.io"])
    #expect(left(["packages/debian-12/kmod_30-1_amd64.deb"]) == ["apparmor", "docker.io"])
    #expect(left(["packages/debian-11/kmod_30-1_amd64.deb"]) == ["kmod", "apparmor", "docker.io"])
    #expect(left(["docker/docker-ce_27-1_amd64.deb"]) == ["kmod", "apparmor"])
    #expect(wishes.without(nil, release: "debian-12", .amd64) == wishes)
  }

  @Test("an installed package is of its file's version, though mirrors leave the epoch out of its name")
  func epochs() throws {
    let plain = try #require(PackageFile(fileName: "conntrack_1.4.7-1_amd64.deb"))
    #expect(plain.isVersion("1.4.7-1") && plain.isVersion("1:1.4.7-1") && !plain.isVersion("1:1.4.8-1"))
    let whole = try #require(PackageFile(fileName: "conntrack_1%3a1.4.7-1_amd64.deb"))
    #expect(whole.isVersion("1:1.4.7-1") && !whole.isVersion("1.4.7-1") && !whole.isVersion("2:1.4.7-1"))
  }

  @Test("packages of RPM are told by their names, and serve only machines that have it")
  func rpm() throws {
    let file = try #require(PackageFile(fileName: "k3s-selinux-1.6-1.el9.noarch.rpm"))
    #expect(file.name == "k3s-selinux" && file.version == "1.6-1.el9" && file.architecture == "noarch")
    for wrong in ["a.rpm", "a-1.rpm", "a-1-1.rpm", "a-1-1..rpm", "-1-1.noarch.rpm", "a b-1-1.noarch.rpm", ".rpm"] {
      #expect(PackageFile(fileName: wrong) == nil, "\(wrong)")
    }
    let bundle = PlanFixture.bundle(["packages/rocky-9/k3s-selinux-1.6-1.el9.noarch.rpm"])
    #expect(bundle.packages(.base, release: "rocky-9.5", .amd64, .dnf).map(\.package?.name) == ["k3s-selinux"])
    #expect(bundle.packages(.base, release: "rocky-8.9", .amd64, .dnf) == [])
    #expect(!bundle.packages(.base, release: "rocky-9.5", .amd64, .apt).contains { $0.package?.manager == .dnf })
  }
}
