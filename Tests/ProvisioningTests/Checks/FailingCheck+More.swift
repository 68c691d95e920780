import MusterCore
import RemoteHosts

@testable import Provisioning

extension FailingCheck {
  private static let withInterface = "m1\nw1 my_iface=eth1\nw2\n[driver]\nm1\n[worker]\nw1\nw2"
  private static func withGPU(_ more: String = "") -> String {
    "m1\nw1 has_gpu=true \(more)\nw2\n[driver]\nm1\n[worker]\nw1\nw2"
  }

  private static func tries(_ words: String, _ outcome: PortTry.Outcome, _ verdict: CheckVerdict = .problem)
    -> FailingCheck
  {
    FailingCheck(kind: .portsOpen, verdict: verdict, words: words) { input in
      input.portTries = Machines.tries(input).map { attempt in
        var attempt = attempt
        if attempt.to == "w1", attempt.port == ClusterPort(8472, .udp) { attempt.outcome = outcome }
        return attempt
      }
    }
  }

  static let ofNetwork: [FailingCheck] = [
    facts(.interface, .problem, "no interface 'eth1'", inventory: withInterface) { _ in },
    facts(.interface, .problem, "'eth1' is down", inventory: withInterface) {
      $0.interfaces.append(NetworkInterface(name: "eth1", state: "down", hardwareAddress: "", addresses: []))
    },
    facts(.interface, .problem, "'eth1' has no address", inventory: withInterface) {
      let local = InterfaceAddress(address: "fe80::1", prefixLength: 64, scope: "link")
      $0.interfaces.append(NetworkInterface(name: "eth1", state: "up", hardwareAddress: "", addresses: [local]))
    },
    facts(.interface, .problem, "without the program 'ip'", also: [.tools]) { $0.tools["ip"] = nil },
    facts(.interface, .problem, "neither my_iface", also: [.defaultRoute]) { $0.defaultRoutes = [] },
    // The guide's own sample: every Vagrant box has this address on its first interface.
    FailingCheck(kind: .interface, verdict: .problem, words: "10.0.2.15 on 'eth0' is also that of m1 and w2") { input in
      for name in ["m1", "w1", "w2"] {
        input.change(name) { facts, _ in facts.interfaces[1].addresses[1].address = "10.0.2.15" }
      }
    },
    facts(.networks, .problem, "10.42.7.1 on 'eth0' is in 10.42.0.0/16") {
      $0.interfaces[1].addresses[1].address = "10.42.7.1"
    },
    facts(.networks, .warning, "10.1.2.3/8 of 'eth0' holds 10.42.0.0/16") {
      $0.interfaces[1].addresses[1] = InterfaceAddress(address: "10.1.2.3", prefixLength: 8, scope: "global")
    },
    facts(.defaultRoute, .problem, "no default route", inventory: withInterface.replacing("eth1", with: "eth0")) {
      $0.defaultRoutes = []
    },
    facts(.portsFree, .problem, "10250/tcp, needed for the kubelet, is taken by sshd of ssh.service (process 5)") {
      $0.listeners.append(
        PortListener(
          port: ClusterPort(10250), address: "0.0.0.0", process: PortProcess(id: 5, name: "sshd", unit: "ssh.service")))
    },
    FailingCheck(
      kind: .portsFree, verdict: .problem, subject: .machine("m1"),
      inventory: Machines.three + "\n[all:vars]\nhttp_port=8080", words: "8080/tcp, needed for the hub"
    ) {
      $0.change("m1") { facts, _ in
        facts.listeners.append(PortListener(port: ClusterPort(8080), address: "::", process: nil))
      }
    },
    tries("8472/udp at 192.168.5.1, for the network between pods (VXLAN), does not answer m1 and w2", .silent),
    tries("refuses m1 and w2", .refused), tries("no way from m1 and w2", .unreachable),
    tries("another machine answers m1 and w2", .foreign),
    tries("8472/udp could not be tried: w1 has no python3", .notTried("w1 has no python3"), .warning),
  ]

  static let ofKernel: [FailingCheck] = [
    facts(.swap, .warning, "/dev/sda5 (2 GB)") { $0.swaps = [SwapArea(device: "/dev/sda5", size: 2_000_000_000)] },
    facts(.cgroups, .problem, "does not limit memory") { $0.cgroups?.controllers.remove("memory") },
    facts(.cgroups, .problem, "no cgroups") { $0.cgroups = nil },
    facts(.cgroups, .warning, "is a container (lxc)") {
      $0.cgroups = nil; $0.container = "lxc"
    },
    facts(.modules, .problem, "6.1.0-18-amd64 does not have vxlan") { $0.modules["vxlan"] = .absent },
    facts(.modules, .warning, "is a container (lxc)") {
      $0.modules["vxlan"] = nil; $0.container = "lxc"
    },
    facts(.seLinux, .problem, "those for k3s are missing") {
      $0.seLinux = SELinuxFacts(mode: .enforcing, hasPolicy: false)
    },
    facts(.firewall, .warning, "firewalld runs") { $0.units["firewalld"] = "active" },
    facts(.firewall, .warning, "ufw is switched on") { $0.isUFWEnabled = true },
  ]

  static let ofSoftware: [FailingCheck] = [
    facts(.kubernetes, .problem, "kubeadm, is or was there (/etc/kubernetes/admin.conf)") {
      $0.kubernetes = [KubernetesSign(kind: "kubeadm", path: "/etc/kubernetes/admin.conf")]
    },
    facts(.kubernetes, .problem, "kubelet.service") { $0.units["kubelet"] = "active" },
    facts(.kubernetes, .problem, "a k3s that Muster did not make") {
      $0.kubernetes = [KubernetesSign(kind: "k3s", path: "/var/lib/rancher/k3s")]
    },
    facts(.kubernetes, .warning, "a program /usr/local/bin/k3s") {
      $0.kubernetes = [KubernetesSign(kind: "k3s", path: "/usr/local/bin/k3s")]
    },
    facts(.packageLock, .problem, "apt-get (process 7) holds /var/lib/dpkg/lock") {
      $0.packageLocks = [PackageLock(path: "/var/lib/dpkg/lock", processID: 7, processName: "apt-get")]
    },
    facts(.packageLock, .problem, "broke off") { $0.isPackageWorkInterrupted = true },
    FailingCheck(kind: .packages, verdict: .problem, words: "conntrack is not in the bundle") {
      $0.machines[1].packages = .nowhere(["conntrack"], why: "the mirror does not answer")
    },
    FailingCheck(kind: .packages, verdict: .warning, words: "the mirror does not answer; the cluster runs without") {
      $0.machines[1].wishedPackages = .nowhere(["docker.io"], why: "the mirror does not answer")
    },
    FailingCheck(kind: .packages, verdict: .warning, words: "could not be tried: apt-get is busy") {
      $0.machines[1].packages = .unknown(["conntrack"], why: "apt-get is busy")
    },
    facts(.gpu, .problem, "has no GPU", inventory: withGPU()) { _ in },
    facts(.gpu, .problem, "no driver of NVIDIA's", inventory: withGPU("install_nvidia_driver=no")) {
      $0.gpus = [GPUDevice(place: "0000:01:00.0", device: "0x20b0")]
    },
    facts(.gpu, .warning, "nouveau is loaded", inventory: withGPU()) {
      $0.gpus = [GPUDevice(place: "0000:01:00.0", device: "0x20b0")]
      $0.isNouveauLoaded = true
    },
    facts(.gpu, .warning, "1 GPU that the cluster will not use") {
      $0.gpus = [GPUDevice(place: "0000:01:00.0", device: "0x20b0")]
    },
  ]

  private static func desk(
    _ kind: CheckKind, _ verdict: CheckVerdict, _ words: String,
    _ damage: @escaping @Sendable (inout MachineFacts) -> Void
  ) -> FailingCheck {
    FailingCheck(kind: kind, verdict: verdict, subject: .provisioner, words: words) { input in
      if var reading = input.provisioner {
        damage(&reading.facts)
        input.provisioner = reading
      }
    }
  }

  static let ofProvisioner: [FailingCheck] = [
    desk(.memory, .warning, "2 GB of memory") { $0.memory = 2_000_000_000 },
    desk(.disk, .warning, "up to 25 GB") { $0.disks[0].size = 20_000_000_000 },
    desk(.disk, .warning, "cannot be read") { $0.disks = [] },
    desk(.sshClient, .problem, "no SSH client") { $0.tools["ssh"] = nil },
    desk(.wsl, .warning, "WSL 1") { $0.wsl = 1 }, desk(.wsl, .warning, "WSL 2") { $0.wsl = 2 },
  ]
}
