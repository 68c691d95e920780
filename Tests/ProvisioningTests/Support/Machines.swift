import Inventory
import MusterCore

@testable import Provisioning

/// Machines for tests.
enum Machines {
  /// The machines of an inventory.
  static func of(_ inventory: String) throws -> [MachineSettings] {
    try MachineInventory.read(Array(inventory.utf8), name: "inv.toml")
      .machines(in: PathBase(folder: "/home/admin", home: "/home/admin"))
  }

  /// One server and two agents.
  static let three = """
    m1
    w1
    w2
    [driver]
    m1
    [worker]
    w1
    w2
    """

  /// A machine that nothing is wrong with. `number` makes it another one.
  static func facts(_ name: String, _ number: Int) -> MachineFacts {
    var facts = MachineFacts(
      userID: 0, clock: Timestamp(milliseconds: 1_700_000_000_000), architecture: "x86_64", kernel: "6.1.0-18-amd64",
      hostName: name, machineID: String(repeating: "0", count: 31) + "\(number)", bootID: "boot-\(name)",
      system: SystemRelease(id: "debian", version: "12", name: "Debian GNU/Linux 12 (bookworm)"), cores: 4,
      memory: 8_000_000_000, hasModuleFolder: true, seLinux: SELinuxFacts(mode: .disabled, hasPolicy: false))
    facts.disks = Preflight.paths.map {
      DiskFacts(
        path: $0, mount: "/", type: "ext4", isReadOnly: false, isNoExec: false, size: 100_000_000_000,
        free: 60_000_000_000, freeFiles: 1_000_000)
    }
    facts.interfaces = [
      NetworkInterface(
        name: "lo", state: "unknown", hardwareAddress: "00:00:00:00:00:00",
        addresses: [InterfaceAddress(address: "127.0.0.1", prefixLength: 8, scope: "host")]),
      NetworkInterface(
        name: "eth0", state: "up", hardwareAddress: "52:54:00:00:00:0\(number)",
        addresses: [
          InterfaceAddress(address: "fe80::\(number)", prefixLength: 64, scope: "link"),
          InterfaceAddress(address: "192.168.5.\(number)", prefixLength: 24, scope: "global"),
        ]),
    ]
    facts.defaultRoutes = [DefaultRoute(isIPv6: false, interface: "eth0", metric: 100)]
    facts.listeners = [PortListener(port: ClusterPort(22), address: "0.0.0.0", process: nil)]
    facts.cgroups = CgroupFacts(version: 2, controllers: ["cpu", "cpuset", "memory", "pids", "io"])
    for module in Preflight.modules { facts.modules[module] = .available }
    facts.systemdVersion = 252
    for tool in ["tar", "sha256sum", "ip", "modprobe", "sysctl", "ssh"] { facts.tools[tool] = "/usr/bin/\(tool)" }
    facts.sshClient = "OpenSSH_9.2p1"
    return facts
  }

  static func reading(_ facts: MachineFacts, offset: Duration = .zero) -> MachineReading {
    MachineReading(facts: facts, clockOffset: offset, clockDoubt: .milliseconds(600))
  }

  /// Everything that there is to check, of machines that nothing is wrong with.
  static func input(_ inventory: String = three) throws -> CheckInput {
    let machines = try of(inventory).enumerated().map {
      CheckedMachine($1, .reading(reading(facts($1.name, $0 + 1))), packages: .bundle)
    }
    var input = CheckInput(
      machines: machines, provisioner: reading(facts("desk", 9)),
      bundle: BundleSummary(folder: "/home/admin/shared/bin", bytes: ["m1": 300_000_000]))
    input.portTries = tries(input)
    return input
  }

  /// All that would be tried, with one outcome.
  static func tries(_ input: CheckInput, _ outcome: PortTry.Outcome = .open) -> [PortTry] {
    var tries: [PortTry] = []
    for need in PortNeed.all(for: input.machines.map(\.settings), input.options) {
      for holder in need.holders {
        for caller in need.callers where caller != holder {
          tries.append(PortTry(from: caller, to: holder, address: "192.168.5.1", port: need.port, outcome: outcome))
        }
      }
    }
    return tries
  }
}
