import Inventory
import Testing

@Suite struct MachineTests {
  private let base = PathBase(file: "clusters/a/inv.toml", workingFolder: "/srv", home: "/home/u")

  private func machine(_ text: String) throws -> MachineSettings {
    try #require(try inventory(text).machines(in: base).first)
  }

  @Test("the guide's inventory is understood as its reader means it")
  func guide() throws {
    let read = try MachineInventory.read(try Samples.bytes("01-document.ini"), name: "inv.toml")
    let machines = Dictionary(uniqueKeysWithValues: try read.machines(in: base).map { ($0.name, $0) })
    let master = try #require(machines["master"])
    #expect(master.roles == [.server, .registry])
    #expect(master.ssh.host == "127.0.0.1" && master.ssh.port == 2222 && master.ssh.user == "vagrant")
    #expect(master.ssh.keyFile == "/home/u/.ssh/id_rsa")
    #expect(master.interface == "eth1" && !master.hasGPU && master.installsNvidiaDriver && master.installsDocker)
    #expect(master.jupyterHubValues == "/srv/clusters/a/thu-vars/jupyterhub.yaml")
    #expect(master.token?.reveal() == "k3s_hub_token" && master.workFolder == "/tmp/convecthub")
    #expect(master.httpPort == 80 && master.httpsPort == 443)
    #expect(machines["worker2"]?.hasGPU == true && machines["worker1"]?.hasGPU == false)
    #expect(machines["worker1"]?.roles == [.agent])
  }

  @Test("all three names for the SSH client's arguments count, in Ansible's order, and the last name for a password")
  func ssh() throws {
    let machine = try machine(
      "h ansible_ssh_extra_args='-o C=3' ansible_ssh_common_args='-o B=2' ansible_ssh_args='-o A=1' "
        + "ansible_ssh_pass=p1 ansible_ssh_password=p2 ansible_password=p3\n")
    #expect(machine.ssh.arguments == "-o A=1 -o B=2 -o C=3")
    #expect(machine.ssh.password?.reveal() == "p2")
  }

  @Test("k3s-ansible's groups and its token give the same")
  func k3sAnsible() throws {
    let read = try inventory(
      "k3s_cluster:\n  children:\n    server: {hosts: {s: }}\n    agent: {hosts: {a: }}\n  vars: {token: t, ansible_user: u, ansible_port: 22}\n"
    )
    let machines = try read.machines(in: base)
    #expect(machines.map(\.roles) == [[.server], [.agent]])
    #expect(machines.first?.token?.reveal() == "t" && machines.first?.ssh.user == "u" && machines.first?.ssh.port == 22)
  }

  @Test(
    "truth values are those of Ansible's consumers",
    arguments: [
      ("true", true), ("True", true), ("yes", true), ("YES", true), ("on", true), ("1", true), ("y", true), ("t", true),
      ("1.0", true),
      ("false", false), ("no", false), ("Off", false), ("0", false), ("n", false), ("f", false), ("None", false),
      ("''", false),
    ])
  func truth(text: String, value: Bool) throws { #expect(try machine("h has_gpu=\(text)").hasGPU == value) }

  @Test("old names of the connection beat new ones, and the sudo password has its own order")
  func names() throws {
    let old = try machine(
      "h ansible_host=new ansible_ssh_host=old ansible_port=1 ansible_ssh_port=2 ansible_user=n ansible_ssh_user=o")
    #expect(old.ssh.host == "old" && old.ssh.port == 2 && old.ssh.user == "o")
    #expect(try machine("h ansible_become_password=a ansible_become_pass=b").sudoPassword?.reveal() == "b")
    #expect(try machine("h ansible_become_pass=b ansible_sudo_pass=0123").sudoPassword?.reveal() == "0123")
    #expect(try machine("h ansible_sudo_pass=123").sudoPassword?.reveal() == "123")
    #expect(try machine("h").ssh.host == "h")
  }

  @Test("all variables that make no sense are told at once, with line and owner, and without their values")
  func refused() throws {
    let read = try inventory(
      """
      h has_gpu=canary http_port=70000 ansible_ssh_port=canary
      [g]
      h
      [g:vars]
      my_iface=[1]
      jhub_config_path={{ canary }}
      convect_workdir=relative
      """)
    let error = try #require(throws: InventoryError.self) { try read.machines(in: base) }
    #expect(error.code == .badSettings)
    #expect(error.problems.map(\.line) == [1, 1, 1, 5, 6, 7])
    #expect(error.message.contains("of the group 'g'"))
    #expect(!error.message.contains("canary"))
  }

  @Test(
    "paths start from the inventory's folder, and from home",
    arguments: [
      ("a/b", "/srv/clusters/a/a/b"), ("../b", "/srv/clusters/b"), ("/x", "/x"), ("~/x", "/home/u/x"),
      ("~", "/home/u"),
      ("./a//b", "/srv/clusters/a/a/b"), ("/../..", "/"),
    ])
  func paths(path: String, resolved: String) {
    #expect(base.resolve(path) == resolved)
    #expect(PathBase(file: "/etc/inv", workingFolder: "/w", home: nil).resolve("k") == "/etc/k")
  }
}
