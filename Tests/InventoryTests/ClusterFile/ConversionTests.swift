import Inventory
import SeededDice
import Testing

/// Random inventories: whatever is read must be the same after it was converted.
@Suite struct ConversionTests {
  private static let values = [
    "1", "-2", "1.5", "1e16", "1e-7", "0x1f", "true", "True", "false", "yes", "None", "'1'", "\"a b\"",
    "[1,'x',None,{'k':[]}]", "v # e",
    "~/.ssh/id", "{{ x }}", "", "é", "日本 x", "12345678901234567890", "2026-01-02", "1:30", "0644", "0o17", "- x", "# x",
    "'\\n\\t\\x00'",
    "'\\U0001F600'", "k: v", "!x", "&x", "*x", "null", "y", "=", ".inf", "<<", "\"\\\"", "22", "70000", "0", "x'y",
    "{1.5: 2, True: 3}", "'yes'",
  ]
  private static let keys = [
    "a", "b", "has_gpu", "ansible_ssh_port", "ansible_ssh_host", "convect_token", "http_port",
    "ansible_ssh_common_args", "x-y", "on", "1",
    "<<", "ansible_group_priority", "my key",
  ]
  private static let hosts = [
    "h1", "h2", "web", "10.0.0.1", "2001:db8::1", "w[1:3]", "yes", "h3:22", "[2001:db8::2]:22", "1", "null", "all-in",
  ]
  private static let groups = ["g1", "g2", "g3", "web", "my-group", "no", "all", "ungrouped", "1"]

  static func ini(_ dice: inout Dice) -> String {
    var text = ""
    for _ in 0..<(1 + dice.roll(0..<8)) {
      let group = dice.one(of: groups)
      let kind = dice.one(of: ["", "", ":vars", ":children"])
      if dice.chance(80) { text += "[\(group)\(kind)]\n" }
      for _ in 0..<dice.roll(0..<5) {
        switch text.contains("[") ? kind : "" {
        case ":vars":
          let key = dice.one(of: keys)
          text += "\(key)=\(key == "ansible_group_priority" ? "\(dice.roll(0..<9))" : dice.one(of: values))\n"
        // Later names only, or nearly every inventory would have a circle.
        case ":children":
          text += (groups.filter { $0 > group && $0 != "all" && $0 != "ungrouped" }.first ?? "zz") + "\n"
        default:
          text += dice.one(of: hosts)
          if dice.chance(50) {
            text +=
              " \(dice.one(of: keys.dropLast(2).map { $0 }))=\"\(dice.one(of: values.filter { !$0.contains("\"") }))\""
          }
          text += "\n"
        }
      }
    }
    for group in groups + ["zz"] where dice.chance(95) { text += "[\(group)]\n" }
    return text
  }

  @Test("what is read of an inventory is read of its conversion too", arguments: 0..<300)
  func roundTrip(seed: Int) throws {
    var dice = Dice(seed: UInt64(seed))
    let text = Self.ini(&dice)
    guard let first = try? inventory(text) else { return }
    try Self.check(first, text)
  }

  @Test("the random inventories are worth something: most of them can be read, and they hold what is hard")
  func worth() {
    var read = 0
    var withVariables = 0
    for seed in 0..<300 {
      var dice = Dice(seed: UInt64(seed))
      guard let inventory = try? inventory(Self.ini(&dice)) else { continue }
      read += 1
      if inventory.hosts.contains(where: { inventory.variables(of: $0.name).count > 2 }) { withVariables += 1 }
    }
    #expect(read > 150)
    #expect(withVariables > 30)
  }

  static func check(_ first: MachineInventory, _ text: String) throws {
    let written = ClusterFileWriter.text(of: first)
    let again = try inventory(written, name: "cluster.yaml")
    #expect(
      InventoryListing.value(of: again, isRedacted: false) == InventoryListing.value(of: first, isRedacted: false),
      "\(text)\n\(written)")
    #expect(Set(again.hosts.map(\.name)) == Set(first.hosts.map(\.name)))
    for host in first.hosts {
      #expect(
        again.variables(of: host.name).mapValues(\.value) == first.variables(of: host.name).mapValues(\.value),
        "\(text)\n\(written)")
      #expect(again.host(host.name)?.groups == host.groups, "\(text)\n\(written)")
    }
    #expect(again.groups.map(\.name) == first.groups.map(\.name))
    #expect(again.groups.map(\.priority) == first.groups.map(\.priority))
    #expect(ClusterFileWriter.text(of: again) == written, "\(text)\n\(written)")
  }
}
