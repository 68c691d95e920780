import MusterCore
import SeededDice
import Testing

@testable import Provisioning

@Suite("What a machine says about itself")
struct FactsParserTests {
  @Test("a real machine's answer is read")
  func debian() throws {
    let facts = try MachineFacts(answer: RecordedAnswer.bytes(RecordedAnswer.debian), of: "h2")
    #expect(facts.hostName == "h2" && facts.cores == 2 && facts.userID == 0)
    #expect(facts.clock == Timestamp(milliseconds: 1_795_850_777_000))
    #expect(facts.memory == 24_684_084 * 1024)
    #expect(facts.system.text == "debian 12")
    #expect(facts.swaps == [SwapArea(device: "/dev/sda5", size: 2_097_148 * 1024)])
    #expect(facts.disks.map(\.isReadOnly) == [false, true])
    #expect(facts.disks[0].size == 524_288 * 4096 && facts.disks[0].freeFiles == 3_085_455)
    let eth0 = try #require(facts.interfaces.first)
    #expect(eth0.addresses.map(\.address) == ["10.92.0.12", "fe80::ac8e:13ff:fec1:1ca5"])
    #expect(facts.listeners.map(\.address) == ["0.0.0.0", "127.0.0.1", "::", "0:0:0:0:0:ffff:7f00:1"])
    #expect(facts.listeners[0].process?.text == "python3 of rig-port-6443.service (process 125)")
    #expect(facts.listeners[3].port == ClusterPort(53, .udp))
    #expect(facts.cgroups == CgroupFacts(version: 2, controllers: []))
    #expect(facts.modules["vxlan"] == .builtIn && facts.modules["nf_conntrack"] == .absent)
    #expect(
      facts.packageLocks == [PackageLock(path: "/var/lib/dpkg/lock-frontend", processID: 123, processName: "python3")])
    #expect(facts.container == "systemd-nspawn" && facts.wsl == nil && !facts.hasMusterRecord)
  }

  @Test("so is that of a machine with GPUs, a firewall and a cluster")
  func rocky() throws {
    let facts = try MachineFacts(answer: RecordedAnswer.bytes(RecordedAnswer.rocky), of: "gpu-1")
    #expect(facts.system.like == ["rhel", "centos", "fedora"] && facts.system.numbers == [9, 5])
    #expect(
      facts.disks == [
        DiskFacts(
          path: "/tmp/my work", mount: "/tmp", type: "tmpfs", isReadOnly: false, isNoExec: true,
          size: 66_053_021 * 4096,
          free: 15_678_302 * 4096, freeFiles: nil)
      ])
    #expect(facts.defaultRoutes.map(\.metric) == [1024, 100])
    #expect(facts.gpus.count == 2 && facts.nvidiaDriver == "550.127.05")
    #expect(facts.seLinux == SELinuxFacts(mode: .enforcing, hasPolicy: true))
    #expect(facts.units == ["firewalld": "active", "k3s": "active"])
    #expect(facts.hasMusterRecord && facts.uninstallers == ["/usr/local/bin/k3s-uninstall.sh"])
  }

  @Test(
    "an answer that is cut, mixed or too much is refused with a sentence",
    arguments: [
      ("", "it is empty"), ("muster-facts\t1", "its end is missing"),
      ("Welcome to h2!\nmuster-facts\t1\nend\n", "it does not begin as such an answer does"),
      ("muster-facts\t1\nuser\t0\n", "its end is missing"), ("muster-facts\t2\nend\n", "it has version '2', not 1"),
      ("muster-facts\t1\nend\nend\n", "something follows its end"), ("muster-facts\t1\nend\n", "'clock' is missing"),
      ("muster-facts\t1\nuser\t0\nuser\t1\nend\n", "it has too many lines 'user'"),
      ("muster-facts\t1\nmuster-facts\t1\nend\n", "it does not begin as such an answer does"),
      ("muster-facts\t1\nuser\t0\t1\nend\n", "line 2, 'user', has 2 fields"),
      ("muster-facts\t1\nsomething\telse\nend\n", "line 2 is none that it may have"),
      ("muster-facts\t1\nhost\tä\nend\n", "it holds bytes that are no printable ASCII"),
      ("muster-facts\t1\nhost\t\u{1B}[2J\nend\n", "it holds bytes that are no printable ASCII"),
      ("muster-facts\t1\nhost\t" + String(repeating: "x", count: 513) + "\nend\n", "line 2 is too long"),
    ])
  func refused(answer: String, reason: String) {
    let error = #expect(throws: ProvisioningError.self) { try MachineFacts(answer: Array(answer.utf8), of: "h2") }
    #expect(error?.code == .badAnswer)
    #expect(error?.message.contains("machine 'h2'") == true && error?.message.contains(reason) == true)
  }

  @Test(
    "a value that cannot be is refused",
    arguments: [
      ("clock  1795850777", "clock  yesterday"), ("cores  2", "cores  0"), ("cores  2", "cores  99999999999999999999"),
      ("memory  24684084", "memory  -1"), ("memory  24684084", "memory  999999999999999999"),
      ("user  0", "user  +0"), ("cgroup  2  |", "cgroup  3  |"), ("selinux  disabled  no", "selinux  asleep  no"),
      ("address  eth0  10.92.0.12/24  global", "address  eth0  10.92.0.12/33  global"),
      ("address  eth0  10.92.0.12/24  global", "address  eth0  10.92.0.1a/24  global"),
      ("route  4  eth0  0", "route  4  eth0  x"),
      ("listen  tcp  00000000  6443  9781974", "listen  tcp  0000  6443  1"),
      ("listen  tcp  00000000  6443  9781974", "listen  sctp  00000000  6443  1"),
      ("listen  tcp  00000000  6443  9781974", "listen  tcp  00000000  65536  1"),
      ("module  vxlan  built-in", "module  vxlan  perhaps"),
      (
        "disk  /  /  overlay  --  4096  524288  524247  3085510  3085455",
        "disk  /  /  overlay  --  999999999999999999  524288  524247  3085510  3085455"
      ),
    ])
  func impossible(line: String, other: String) throws {
    #expect(RecordedAnswer.debian.contains(line))
    let answer = RecordedAnswer.bytes(RecordedAnswer.debian.replacing(line, with: other))
    #expect(throws: ProvisioningError.self) { try MachineFacts(answer: answer, of: "h2") }
  }

  @Test("whatever an answer is, it is read or refused, and never more")
  func fuzz() {
    for (seed, text) in [RecordedAnswer.debian, RecordedAnswer.rocky].enumerated() {
      var dice = Dice(seed: UInt64(seed))
      let whole = String(decoding: RecordedAnswer.bytes(text), as: UTF8.self)
      var readable = 0
      for _ in 0..<4000 {
        let damaged = dice.damaged(whole, marks: "\t\n 0189aF./:-\u{0}")
        guard let facts = try? MachineFacts(answer: damaged, of: "h") else { continue }
        readable += 1
        #expect(facts.hostName.utf8.allSatisfy { (0x20...0x7E).contains($0) })
        // What can be read can be checked, too.
        _ = Preflight.check(CheckInput(machines: [], provisioner: Machines.reading(facts)))
      }
      #expect(readable > 0)
    }
  }
}
