import MusterCore
import RemoteHosts
import SeededDice
import Testing

@testable import Provisioning

@Suite("What machines answer when they are looked at")
struct ObservationAnswerTests {
  static let digest = String(repeating: "ab", count: 32)
  /// As a server of three machines wrote it; shortened.
  static let recorded = """
    muster-observed 1
    @record
     muster-record 1 .
     trace /var/lib/rancher/k3s .
     new /usr/local/bin/k3s .
     sysctl kernel.panic 0 .
     new /etc/ran
    @marks
     label w1 node-role.kubernetes.io/worker=true .
     taint w1 dedicated=computation:NoSchedule .
    @started
     k3s.service \(digest)
    @store
     etcd
    @times
     clock 1795850777 90061.37
     changed 1795850000
     changed 1795850500
     changed 1795840000
    @folders
     /etc
     /etc/rancher
    @files
     f 41ed 0 0 4096 /
     f 81ed 0 0 60000000 /usr/local/bin/k3s
     d \(digest) /usr/local/bin/k3s
     f a1ff 0 0 3 /usr/local/bin/kubectl
     l /usr/local/bin/kubectl k3s
     f 8180 0 0 20 /etc/rancher/k3s/config.yaml
     d \(digest) /etc/rancher/k3s/config.yaml
    @configuration
      61 3a 20 62
     0a
    @commands
     kubectl /usr/local/bin/kubectl
     kubectl /usr/bin/kubectl
    @packages
     conntrack install ok installed 1:1.4.7-1+b2
     ipset deinstall ok config-files 7.17-1
     libipset13 unknown ok not-installed \("")
    @modules
     overlay builtin
     vxlan loaded
    @sysctls
     /proc/sys/kernel/panic:10
     /proc/sys/net/ipv4/ip_local_port_range:32768\t60999
    @units
     Id=k3s.service
     LoadState=loaded
     ActiveState=active
     UnitFileState=enabled
     NeedDaemonReload=no
     StateChangeTimestampMonotonic=90000370000
     \("")
     Id=k3s-agent.service
     LoadState=not-found
     ActiveState=inactive
     UnitFileState=
     NeedDaemonReload=no
     StateChangeTimestampMonotonic=0
    @nodes
     w1\tTrue\tv1.31.12+k3s1\t{"fluidexnode":"computation","a":""}\t[{"effect":"NoSchedule","key":"dedicated","value":"computation"}]\ttrue\tKubeletReady
     m1\tUnknown\tv1.31.12+k3s1\t{}\t\t\tNodeStatusUnknown
     w3\tTrue\tv1.31.12+k3s1\t{}\t
     h3                   NotReady,SchedulingDisabled   <none>   5s   v1.31.12+k3s1
     h2                   Ready    <none>                         5s   v1.31.12+k3s1
     @answered
    @end

    """

  /// The same up to the nodes.
  static let beforeNodes = recorded.firstRange(of: "@nodes\n").map { recorded[..<$0.upperBound] } ?? ""

  private func read(_ text: String, status: Int = 0) throws -> ObservedMachine {
    try ObservationAnswer.read(RemoteAnswer(status: status, output: Array(text.utf8)), of: "m1")
  }

  @Test("all parts are read")
  func whole() throws {
    let observed = try read(Self.recorded)
    #expect(
      observed.record?.changes == [
        .trace("/var/lib/rancher/k3s"), .newFile("/usr/local/bin/k3s"), .sysctl("kernel.panic", before: "0"),
      ])
    #expect(observed.marks.count == 2)
    #expect(observed.started == ["k3s.service": Self.digest])
    #expect(observed.store == .etcd)
    #expect(observed.directories == ["/etc", "/etc/rancher"])
    #expect(
      observed.files["/usr/local/bin/k3s"] == ObservedFile(.regular, mode: 0o755, size: 60_000_000, digest: Self.digest)
    )
    #expect(observed.files["/usr/local/bin/kubectl"]?.kind == .link)
    #expect(observed.links == ["/usr/local/bin/kubectl": "k3s"])
    #expect(observed.configuration == Secret(Array("a: b\n".utf8)))
    #expect(observed.commands["kubectl"]?.count == 2)
    #expect(observed.packages == ["conntrack": "1:1.4.7-1+b2"])
    #expect(observed.modules == ["overlay": .builtIn, "vxlan": .loaded])
    #expect(observed.sysctls["net.ipv4.ip_local_port_range"] == "32768 60999")
    #expect(observed.clock == Timestamp(milliseconds: 1_795_850_777_000))
    #expect(observed.changed == Timestamp(milliseconds: 1_795_850_500_000))
    #expect(
      observed.units["k3s.service"]
        == ObservedUnit(
          isLoaded: true, state: "active", isEnabled: true, since: Timestamp(milliseconds: 1_795_850_716_000)))
    #expect(observed.units["k3s-agent.service"] == ObservedUnit())
    #expect(observed.nodes?["w1"]?.taints == ["dedicated": "computation:NoSchedule"])
    #expect(observed.nodes?["w1"]?.labels?["a"] == "")
    #expect(observed.nodes?["w1"]?.isSchedulable == false && observed.nodes?["w1"]?.isReady == true)
    #expect(observed.nodes?["m1"]?.isReady == false && observed.nodes?["m1"]?.reason == "NodeStatusUnknown")
    #expect(
      observed.nodes?["w3"] == ObservedNode(isReady: true, labels: [:], taints: [:], version: "v1.31.12+k3s1"))
    #expect(observed.nodes?["h3"]?.isReady == false && observed.nodes?["h3"]?.isSchedulable == false)
    #expect(observed.nodes?["h2"] == ObservedNode(isReady: true, version: "v1.31.12+k3s1"))
  }

  @Test("an answer that is cut off anywhere is refused")
  func cut() {
    for count in 0..<Self.recorded.utf8.count - 1 {
      let text = String(decoding: Self.recorded.utf8.prefix(count), as: UTF8.self)
      #expect(throws: ProvisioningError.self) { try read(text) }
    }
  }

  @Test(
    "what does not belong there is refused in one sentence",
    arguments: [
      ("@store\n etcd", "@store\n ramdisk"), ("@folders\n", "@folders\n relative\n"), (" f 41ed 0 0 4096 /\n", ""),
      ("@modules\n", "@units\n"), ("@store\n", "no blank\n@store\n"), ("muster-observed 1", "Welcome!"),
      (" d \(digest) /usr", " d 12 /usr"), ("Id=k3s.service", "Id=sshd.service"), ("@units\n", "@things\n"),
      ("clock 17", "clock -17"), ("changed 1795850000", "changed 99999999999999999"), ("Monotonic=9", "Monotonic=x9"),
    ])
  func odd(old: String, new: String) {
    #expect { try read(Self.recorded.replacing(old, with: new, maxReplacements: 1)) } throws: { error in
      "\(error)".hasPrefix("m1") && !"\(error)".contains("\n")
    }
  }

  @Test("a script that fails is an error with its last words")
  func failed() {
    let answer = RemoteAnswer(status: 127, errors: Array("x\nsh: stat: not found\n".utf8))
    #expect { try ObservationAnswer.read(answer, of: "w1") } throws: { "\($0)".contains("stat: not found") }
  }

  @Test("a damaged answer is read or refused")
  func fuzz() {
    var dice = Dice(seed: 11)
    for _ in 0..<4000 {
      let answer = RemoteAnswer(status: 0, output: dice.damaged(Self.recorded))
      do throws(ProvisioningError) {
        let read = try ObservationAnswer.read(answer, of: "m1")
        #expect(read.files.keys.allSatisfy { MachinePath.isPlain($0) })
      } catch {
        #expect(error.codeName == "bad_machine_answer")
      }
    }
  }
}
