import Foundation
import Inventory
import Testing

@Suite struct ClusterFileTests {
  static let example = """
    schema: muster/cluster/v1
    settings:
      ssh: {user: vagrant, keyFile: ~/.ssh/id_rsa}
      token: 0123
      gpu: false
    machines:
      master: {settings: {ssh: {address: 127.0.0.1, port: 2222}, interface: eth1}}
      worker1: {settings: {gpu: true}, variables: {rack: 7}}
    groups:
      driver: {machines: [master]}
      worker: {machines: [worker1], groups: [fast], priority: 2}
      fast: {variables: {speed: [1, 2]}}
    """

  @Test("settings become the variables that they stand for, with the values that an INI inventory gives them")
  func read() throws {
    let read = try inventory(Self.example)
    #expect(
      variables(read, "worker1")
        == #"{"ansible_ssh_private_key_file":"~/.ssh/id_rsa","ansible_ssh_user":"vagrant","convect_token":"0123","has_gpu":"true","rack":7}"#
    )
    #expect(variables(read, "master").contains(#""ansible_ssh_port":2222"#))
    #expect(read.group("worker")?.priority == 2)
    #expect(read.group("fast")?.depth == 2)
    #expect(read.variables(of: "worker1")["has_gpu"]?.line == 8)
  }

  @Test("the guide's inventory is written with settings, and nothing but settings")
  func written() throws {
    let text = ClusterFileWriter.text(
      of: try MachineInventory.read(try Samples.bytes("01-document.ini"), name: "inv.toml"))
    #expect(
      text.contains("  worker2:\n    settings:\n      ssh:\n        address: \"127.0.0.1\"\n        port: 2201\n"))
    #expect(text.contains("      gpu: true\n"))
    #expect(text.contains("  token: k3s_hub_token\n"))
    #expect(!text.contains("variables"))
  }

  @Test("for showing, secrets are hidden, and such a file is refused when machines are made of it")
  func redacted() throws {
    let read = try inventory("h convect_token=canary x='{\"password\": \"canary\"}' ansible_become_pass=canary\n")
    let text = ClusterFileWriter.text(of: read, isRedacted: true)
    #expect(!text.contains("canary"))
    let again = try inventory(text)
    #expect(throws: InventoryError.self) { try again.machines(in: PathBase(folder: "/f", home: "/h")) }
  }

  @Test(
    "every word that it does not know, and every value that cannot be, is refused with its line",
    arguments: [
      ("schema: muster/cluster/v2\n", 1, "muster/cluster/v1"),
      ("schema: muster/cluster/v1\nhosts: {}\n", 2, "machines"),
      ("schema: muster/cluster/v1\nmachines: [a]\n", 2, "mapping"),
      ("schema: muster/cluster/v1\nmachines:\n  a: {setings: {}}\n", 3, "settings"),
      ("schema: muster/cluster/v1\nsettings: {gpus: true}\n", 2, "variables"),
      ("schema: muster/cluster/v1\nsettings: {ssh: {port: 70000}}\n", 2, "65535"),
      ("schema: muster/cluster/v1\nsettings: {gpu: maybe}\n", 2, "true or false"),
      ("schema: muster/cluster/v1\nsettings: {token: }\n", 2, "text"),
      ("schema: muster/cluster/v1\ngroups: {g: {machines: [a]}}\n", 2, "machines"),
      ("schema: muster/cluster/v1\ngroups: {g: {groups: [k]}}\n", 2, "groups"),
      ("schema: muster/cluster/v1\ngroups: {g: {machines: a}}\n", 2, "list"),
      ("schema: muster/cluster/v1\ngroups: {g: {priority: high}}\n", 2, "whole number"),
      ("schema: muster/cluster/v1\nsettings: {gpu: true}\nvariables: {has_gpu: yes}\n", 3, "keep one"),
    ])
  func refused(text: String, line: Int, word: String) {
    let found = problems(text, name: "cluster.yaml")
    #expect(found.first?.hasPrefix("cluster.yaml:\(line): ") == true, "\(found)")
    #expect(found.first?.contains(word) == true, "\(found)")
  }

  @Test("the schema that editors use knows the settings that are read, and no others")
  func schema() throws {
    let root = Samples.folder.deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    let data = try Data(contentsOf: root.appending(path: "docs/cluster.schema.json"))
    let schema = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    let definitions = try #require(schema["$defs"] as? [String: [String: Any]])
    func keys(_ name: String) -> Set<String> { Set((definitions[name]?["properties"] as? [String: Any] ?? [:]).keys) }
    #expect(keys("settings") == Set(SettingField.all.compactMap(\.path.first)))
    #expect(keys("ssh") == Set(SettingField.all.filter { $0.path.count == 2 }.map { $0.path[1] }))
    #expect(keys("group") == ["machines", "groups", "priority", "settings", "variables"])
    #expect(keys("machine") == ["settings", "variables"])
    let top = Set((schema["properties"] as? [String: Any] ?? [:]).keys)
    #expect(top == ["schema", "settings", "variables", "machines", "groups"])
    let page = try String(contentsOf: root.appending(path: "docs/cluster-yaml.md"), encoding: .utf8)
    for field in SettingField.all {
      #expect(page.contains("| `\(field.path.joined(separator: "."))` | `\(field.variable)` |"), "\(field.path)")
    }
    let example = try #require(page.split(separator: "```yaml\n").dropFirst().first?.split(separator: "```").first)
    #expect(
      try inventory(String(example), name: "cluster.yaml").machines(in: PathBase(folder: "/f", home: "/h")).count == 2)
  }
}
