import Inventory
import Testing

@Suite struct AnsibleYamlTests {
  @Test("groups, hosts, ports, ranges, children and their precedence are those of the INI form")
  func whole() throws {
    let yaml = try inventory(
      """
      ---
      all:
        vars: {a: 1, b: all}
        hosts:
          lone:
        children:
          server:
            hosts:
              "s[1:2]:22": {b: host}
          agent:
            vars: {b: agent}
            hosts: a1
      """, name: "inv.yml")
    let ini = try inventory(
      """
      lone
      [all:vars]
      a=1
      b=all
      [server]
      s[1:2]:22 b=host
      [agent]
      a1
      [agent:vars]
      b=agent
      """)
    #expect(yaml.format == .yaml)
    #expect(InventoryListing.value(of: yaml) == InventoryListing.value(of: ini))
  }

  @Test("anchors and merges are written out; what is written beside them counts more")
  func anchors() throws {
    let read = try inventory(
      """
      all:
        hosts:
          h: &base {a: 1, b: 1}
          k:
            <<: *base
            b: 2
          l:
            <<: [{a: 3}, *base]
      """)
    #expect(variables(read, "k") == #"{"a":1,"b":2}"#)
    #expect(variables(read, "l") == #"{"a":3,"b":1}"#)
  }

  @Test(
    "what cannot be a group or a host is refused with its line and a cure",
    arguments: [
      ("all:\n  hosts:\n    - h\n", 2, "instead of '- name'"), ("all:\n  hosts:\n    10:\n", 3, "quotes"),
      ("no:\n  hosts: h\n", 1, "quotes"), ("all:\n  hosts:\n    h: text\n", 3, "name: value"),
      ("- all\n- h: x\n", 1, "all:"),
      ("---\n", 0, "holds nothing"), ("plugin: aws\n", 1, "ansible-inventory"), ("all: {}\n---\nb: {}\n", 2, "---"),
      ("all:\n  children:\n    g: 5\n", 3, "neither"), ("all:\n  vars:\n    a: !vault x\n", 3, "--extra-vars"),
      ("all:\n  hosts: *nowhere\n", 2, "anchor"), ("all:\n\thosts: h\n", 2, "valid YAML"),
      ("a: {children: {a: {}}}\n", 1, "child of itself"),
      ("all:\n  hosts:\n    'w[1:]':\n", 3, "without an end"), ("all:\n  vars:\n    [a]: 1\n", 3, "key"),
    ])
  func refused(text: String, line: Int, word: String) throws {
    let error = try #require(throws: InventoryError.self) {
      try MachineInventory.read(Array(text.utf8), name: "inv.yml")
    }
    #expect(error.problems.first?.line == line, "\(error.message)")
    #expect(error.message.contains(word), "\(error.message)")
  }

  @Test("what Ansible skips is skipped, but warned of")
  func skipped() throws {
    let read = try inventory("all:\n  hosts: {h: {a: 1, a: 2}}\n  host: {k: }\nodd: 5\n")
    #expect(read.hosts.map(\.name) == ["h"])
    #expect(read.warnings.map(\.line) == [2, 3, 4])
    #expect(variables(read, "h") == #"{"a":2}"#)
  }

  @Test("aliases that would fill the memory, and nesting that would fill the stack, are refused")
  func bombs() {
    let bomb = "a: &a0 {x: 1}\n" + (1...30).map { "b\($0): &a\($0) [*a\($0 - 1), *a\($0 - 1)]\n" }.joined()
    #expect(problems(bomb).count == 1)
    #expect(problems("all: {vars: {a: " + String(repeating: "[", count: 5000) + "\n").count == 1)
    #expect(problems("all: &a {vars: {a: *a}}\n").count == 1)
  }

  @Test(
    "the content says which form it is, not the name of the file",
    arguments: [
      ("[g]\nh\n", "ini"), ("# c\n\n; c\nh a=1\n", "ini"), ("", "ini"), ("h:22\n", "ini"), ("h a='b: c'\n", "ini"),
      ("h\n", "ini"),
      ("all:\n", "yaml"), ("---\nall: {}\n", "yaml"), ("{\"all\": {}}", "yaml"), ("# c\nall: {hosts: h}\n", "yaml"),
      ("schema: muster/cluster/v1\n", "cluster"), ("machines: {h: }\nschema: muster/cluster/v1\n", "cluster"),
    ])
  func detection(text: String, format: String) throws {
    for name in ["inv.toml", "inv.yml", "inv.ini", "inventory"] {
      #expect(try inventory(text, name: name).format.rawValue == format)
    }
  }
}
