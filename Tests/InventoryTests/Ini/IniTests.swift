import Inventory
import Testing

@Suite struct IniTests {
  @Test(
    "host lines are split as a shell does, and quotes go before values get their type",
    arguments: [
      ("h a=1#x", #"{"a":1}"#), ("h a='1'", #"{"a":1}"#), (#"h a="'1'""#, #"{"a":"1"}"#),
      (#"h a=x\ty"#, #"{"a":"xty"}"#),
      ("h a='x # y' # z", #"{"a":"x # y"}"#), ("h a=b=c", #"{"a":"b=c"}"#), ("h a=1 a=2", #"{"a":2}"#),
      (#"h a="x\"y" b='x\y'"#, #"{"a":"x\"y","b":"x\\y"}"#), ("h a=", #"{"a":""}"#), ("  h\ta=1\t", #"{"a":1}"#),
    ])
  func hostLines(line: String, expected: String) throws {
    #expect(variables(try inventory(line), "h") == expected)
  }

  @Test(
    "in a vars section everything behind the first '=' is the value",
    arguments: [
      ("a=v # e", #"{"a":"v # e"}"#), ("a = v;e", #"{"a":"v;e"}"#), ("a='1'", #"{"a":"1"}"#), ("a=1 # e", #"{"a":1}"#),
      ("a=", #"{"a":""}"#), ("a=b=c", #"{"a":"b=c"}"#), ("a='x' 'y'", #"{"a":"xy"}"#), (#"a="x"#, #"{"a":"\"x"}"#),
    ])
  func variableLines(line: String, expected: String) throws {
    #expect(variables(try inventory("[g]\nh\n[g:vars]\n\(line)"), "h") == expected)
  }

  @Test("deeper groups beat their parents, then priority decides, then the name")
  func precedence() throws {
    let read = try inventory(
      """
      h who=host
      [b]
      h
      k
      [a]
      h
      k
      [parent:children]
      b
      [all:vars]
      v=all
      who=all
      [ungrouped:vars]
      v=ungrouped
      [parent:vars]
      v=parent
      x=parent
      [b:vars]
      v=b
      x=b
      [a:vars]
      v=a
      who=a
      ansible_group_priority=10
      """)
    // b is deeper than a, so priority does not come into it.
    #expect(variables(read, "k") == #"{"v":"b","who":"a","x":"b"}"#)
    #expect(variables(read, "h") == #"{"v":"b","who":"host","x":"b"}"#)
    #expect(read.host("h")?.groups == ["all", "parent", "a", "b"])
    let equals = try inventory("[a]\nh\n[b]\nh\n[a:vars]\nv=a\nansible_group_priority=2\n[b:vars]\nv=b")
    #expect(variables(equals, "h") == #"{"v":"a"}"#)
    #expect(try inventory("[a]\nh\n[b]\nh\n[a:vars]\nv=a\n[b:vars]\nv=b").variables(of: "h")["v"]?.value == .text("b"))
  }

  @Test("a variable knows who set it, and in which line")
  func origins() throws {
    let read = try inventory("# c\nh a=1\n\n[g]\nh\n[g:vars]\nb=2\n")
    #expect(read.variables(of: "h")["a"]?.origin == .host(line: 2))
    #expect(read.variables(of: "h")["b"]?.origin == .group("g", line: 7))
  }

  @Test("all mistakes are told at once, in the order of lines, and none of them shows a value")
  func allAtOnce() {
    let found = problems(
      """
      h ansible_ssh_pass=canary one canary
      w[1:] a=1
      [g:wrong]
      is skipped
      [g:vars]
      canary
      [p:children]
      nowhere
      [late:vars]
      x=1
      """)
    #expect(
      found.map { $0.prefix { $0 != " " } } == [
        "inv.toml:1:", "inv.toml:2:", "inv.toml:3:", "inv.toml:5:", "inv.toml:6:", "inv.toml:8:", "inv.toml:9:",
      ])
    #expect(found.allSatisfy { !$0.contains("canary") })
  }

  @Test("a variable in front of a host is no host")
  func variableAsHost() {
    #expect(problems("[g]\nconvect_token=canary\n").first?.contains("[g:vars]") == true)
    #expect(problems("[g]\nconvect_token=canary\n").first?.contains("canary") == false)
  }

  @Test("comments may hold bytes that are no text, other lines not")
  func notText() throws {
    let comment = try MachineInventory.read(Array("# ".utf8) + [0xFF] + Array("\nh a=1\n".utf8), name: "x")
    #expect(comment.hosts.map(\.name) == ["h"])
    let error = #expect(throws: InventoryError.self) {
      try MachineInventory.read(Array("h\nk a=".utf8) + [0xFF], name: "x")
    }
    #expect(error?.problems.first?.line == 2)
  }

  @Test("a mark of the byte order is not part of the first host's name")
  func byteOrderMark() throws { #expect(try inventory("\u{FEFF}h\n").hosts.map(\.name) == ["h"]) }

  @Test("lines are counted as an editor counts them")
  func lineNumbers() {
    #expect(problems("a\r\nb\u{2028}c\u{0B}d\rw[1:]").first?.hasPrefix("inv.toml:3:") == true)
  }

  @Test("a host that is called like a group is warned of, and its line sets the group's variables as with Ansible")
  func clash() throws {
    let read = try inventory("[web]\nweb a=1\nh\n")
    #expect(read.warnings.first?.line == 2)
    #expect(variables(read, "h") == #"{"a":1}"#)
  }
}
