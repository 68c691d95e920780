import Foundation
import Testing

@testable import Provisioning

@Suite("What machines shall have")
struct ClusterDesignTests {
  @Test("a lone server begins a cluster of its own, reached at the address of its interface")
  func lone() throws {
    let wanted = try PlanFixture.wanted(PlanFixture.three)
    let settings = try #require(wanted["m1"]).configuration.settings
    #expect(settings["node-ip"] == .text("10.0.0.11"))
    #expect(settings["flannel-iface"] == .text("eth1"))
    #expect(settings["tls-san"] == .list(["10.0.0.11", "m1"]))
    #expect(settings["cluster-init"] == nil && settings["server"] == nil)
    #expect(wanted["w1"]?.configuration.settings["server"] == .text("https://10.0.0.11:6443"))
    #expect(wanted["w1"]?.configuration.settings["tls-san"] == nil)
  }

  @Test("of several servers the first begins, the others join it")
  func several() throws {
    let wanted = try PlanFixture.wanted(PlanFixture.five)
    #expect(wanted["m1"]?.configuration.settings["cluster-init"] == .flag(true))
    for name in ["m2", "m3"] {
      #expect(wanted[name]?.configuration.settings["server"] == .text("https://10.0.0.11:6443"))
    }
    #expect(
      wanted.machines.filter(\.isServer).allSatisfy {
        $0.configuration.settings["tls-san"] == .list(["10.0.0.11", "m1", "10.0.0.12", "m2", "10.0.0.13", "m3"])
      })
  }

  @Test("who has only begun to join founds no cluster, while others have its data")
  func halfJoined() throws {
    let wanted = try PlanFixture.wanted(PlanFixture.five, stores: ["m1": .token, "m2": .etcd, "m3": .etcd])
    #expect(wanted.founder == "m2")
    #expect(wanted["m1"]?.configuration.settings["cluster-init"] == nil)
    #expect(wanted["m1"]?.configuration.settings["server"] == .text("https://10.0.0.12:6443"))
    #expect(try PlanFixture.wanted(PlanFixture.five, stores: ["m2": .token]).founder == "m2")
  }

  @Test("labels of roles and GPUs; a node gives itself only those that kubelet allows")
  func labels() throws {
    let wanted = try PlanFixture.wanted(PlanFixture.three)
    let gpu = try #require(wanted["w2"])
    #expect(
      gpu.node.labels == [
        "fluidexnode": "computation", "node-role.kubernetes.io/worker": "true", "nvidia.com/gpu.present": "true",
      ])
    #expect(
      gpu.configuration.settings["node-label"] == .list(["fluidexnode=computation", "nvidia.com/gpu.present=true"]))
    #expect(wanted["m1"]?.node.labels == ["node-role.kubernetes.io/registry": "true"])
    #expect(gpu.packages.map(\.file.name) == ["conntrack", "ipset", "nvidia-container-toolkit"])
    #expect(wanted["w1"]?.packages.map(\.file.name) == ["conntrack", "ipset"])
  }

  @Test("where there are no workers, the servers do the work")
  func noWorkers() throws {
    let wanted = try PlanFixture.wanted("[driver]\nm1\n", wishes: PlanFixture.wishes(taints: true))
    #expect(wanted["m1"]?.node.labels["fluidexnode"] == "computation")
    #expect(wanted["m1"]?.node.taints == [:])
  }

  @Test("every path and name may stand in a script as it is; secrets are 0600")
  func plain() throws {
    for machine in try PlanFixture.wanted(PlanFixture.five).machines {
      #expect(machine.files.allSatisfy { MachinePath.isPlain($0.path) })
      #expect(machine.directories.allSatisfy { MachinePath.isPlain($0.path) })
      #expect(
        machine.files.filter { $0.path.hasSuffix(".env") || $0.path.hasPrefix("/etc/rancher") }
          .allSatisfy { $0.mode == 0o600 })
      #expect(Set(machine.files.map(\.path)).count == machine.files.count)
    }
  }

  @Test("pulls go to the registry's machine by its address between the machines")
  func registry() throws {
    let file = try #require(
      try PlanFixture.wanted(PlanFixture.three)["w1"]?.files.first { $0.path.hasSuffix("registries.yaml") })
    guard case .bytes(let bytes) = file.content else { throw CancellationError() }
    let text = String(decoding: bytes.reveal(), as: UTF8.self)
    #expect(text.contains("\"docker.io\":\n    endpoint:\n      - \"http://10.0.0.11:5000\""))
    let none = try PlanFixture.wanted("[driver]\nm1\n")
    #expect(none["m1"]?.files.contains { $0.path.hasSuffix("registries.yaml") } == false)
  }

  @Test("an IPv6 address is bracketed where a port follows")
  func sixth() throws {
    let machines = try PlanFixture.settings("[driver]\nm1\n[worker]\nw1\n")
    var facts = PlanFixture.facts(machines)
    facts["m1"]?.address = "fd00::11"
    let wanted = try ClusterDesign.wanted(machines, facts, PlanFixture.bundle(), PlanFixture.wishes())
    #expect(wanted["w1"]?.configuration.settings["server"] == .text("https://[fd00::11]:6443"))
    #expect(wanted["m1"]?.sysctls["net.ipv6.conf.all.forwarding"] == "1")
  }

  @Test("agents join all together, after the servers")
  func batches() throws {
    let wanted = try PlanFixture.wanted("[driver]\nm1\n[worker]\nw[1:120]\n")
    let waves = Dictionary(grouping: wanted.machines, by: \.wave).mapValues(\.count)
    #expect(waves == [0: 1, 1: 120])
  }

  @Test("what makes no cluster is refused in a sentence")
  func refusals() {
    #expect { try PlanFixture.wanted("[worker]\nw1\n") } throws: { "\($0)".contains("control plane") }
    #expect { try PlanFixture.wanted("[driver]\na_b\na-b\n") } throws: { "\($0)".contains("both be the node 'a-b'") }
    #expect { try PlanFixture.wanted("[driver]\nm1\n", bundle: ArtifactBundle(folder: "/b", artifacts: [])) } throws: {
      "\($0)".contains("has no k3s for amd64, which m1 needs")
    }
  }

  @Test("an even number of servers and machines without a role are spoken of")
  func remarks() throws {
    let wanted = try PlanFixture.wanted("lone\n[driver]\nm[1:2]\n")
    #expect(wanted.remarks.count == 2)
    #expect(wanted.machines.map(\.name) == ["m1", "m2"])
  }

  @Test("a token with odd characters reaches the service as it is")
  func environment() {
    #expect(UnitTexts.environment(["K3S_TOKEN": "K10ab::server:cd"]) == "K3S_TOKEN=K10ab::server:cd\n")
    #expect(UnitTexts.environment(["K3S_TOKEN": "a b\"$`\\'#"]) == "K3S_TOKEN=\"a b\\\"\\$\\`\\\\'#\"\n")
  }

  @Test("names of nodes are those that Kubernetes takes")
  func nodeNames() {
    #expect(WantedNode.name(for: "Web_01.example") == "web-01.example")
    #expect(WantedNode.name(for: "fe80::1") == "fe80--1")
    #expect(WantedNode.name(for: "__") == nil)
  }
}
