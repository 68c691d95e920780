import Inventory
import Testing

@Suite struct GroupTests {
  @Test("depth is the longest way from all, and a host belongs to all groups above its own")
  func depth() throws {
    let read = try inventory("[a:children]\nb\nc\n[b:children]\nc\n[c]\nh\n")
    #expect(read.group("c")?.depth == 3)
    #expect(read.host("h")?.groups == ["all", "a", "b", "c"])
    #expect(read.hosts(in: "a").map(\.name) == ["h"])
    #expect(read.hosts(in: "nowhere").isEmpty)
  }

  @Test("hosts in a group leave ungrouped, those in all alone enter it")
  func ungrouped() throws {
    let read = try inventory("a\nb\n[g]\na\n[all]\nc\n")
    #expect(read.group("ungrouped")?.hosts == ["b", "c"])
  }

  @Test(
    "circles of groups are refused, with those that make it",
    arguments: [
      "[a:children]\na", "[a:children]\nb\n[b:children]\nc\n[c:children]\na\n", "[g:children]\nall\n",
      "[g:children]\nungrouped\n",
    ])
  func circles(text: String) { #expect(problems(text).count == 1) }

  @Test("a circle names its groups and a line in it, not the groups that hang on it")
  func circleNames() throws {
    let found = try #require(problems("[top:children]\na\n[a:children]\nb\n[b:children]\na\nleaf\n[leaf]\n").first)
    #expect(found.contains("'a'") && found.contains("'b'") && !found.contains("top") && !found.contains("leaf"))
    #expect(found.hasPrefix("inv.toml:6:"))
  }

  @Test("a chain of a thousand groups is read, and a circle of a thousand is told shortly")
  func deep() throws {
    let chain = (0..<1000).map { "[g\($0):children]\ng\($0 + 1)\n" }.joined() + "[g1000]\nh\n"
    let read = try inventory(chain)
    #expect(read.host("h")?.groups.count == 1002)
    let circle = (0..<1000).map { "[g\($0):children]\ng\(($0 + 1) % 1000)\n" }.joined()
    #expect(problems(circle).count == 1)
    #expect(problems(circle).first.map { $0.utf8.count < 300 } == true)
  }

  @Test("priority must be a number")
  func priority() throws {
    #expect(problems("[g]\n[g:vars]\nansible_group_priority=high").count == 1)
    #expect(try inventory("[g]\n[g:vars]\nansible_group_priority='7'").group("g")?.priority == 7)
  }

  @Test("extra variables beat a host's own")
  func extra() throws {
    var read = try inventory("h a=1\n")
    read.extraVariables = try ExtraVariables.read("a=2 b='x y'")
    #expect(variables(read, "h") == #"{"a":"2","b":"x y"}"#)
    #expect(try ExtraVariables.read(#"{"a": [1]}"#) == ["a": .list([.integer(1)])])
    for wrong in ["a", "=1", "a='", "{a", "@/nowhere/at/all"] {
      #expect(throws: InventoryError.self) { try ExtraVariables.read(wrong) }
    }
  }
}
