import Foundation
import Testing

@testable import MusterCommands

@Suite struct InventoryCommandTests {
  static let guide = """
    master ansible_ssh_host=127.0.0.1 ansible_ssh_port=2222 my_iface=eth1
    [driver]
    master
    [all:vars]
    convect_token=canary
    has_gpu=false
    """

  @Test("show prints machines and variables with their origin, and no secret")
  func show() async throws {
    try await withFolder { folder in
      try write(Self.guide, to: folder + "/inv.toml")
      let printed = await muster("inventory", "show", folder + "/inv.toml")
      #expect(printed.status == 0, "\(printed.messages)")
      #expect(printed.results.contains("127.0.0.1:2222"))
      #expect(printed.results.contains("inv.toml:5 (all)"))
      #expect(printed.results.contains("<redacted>"))
      #expect(!printed.results.contains("canary"))
    }
  }

  @Test("show prints for programs what ansible-inventory prints")
  func json() async throws {
    try await withFolder { folder in
      try write(Self.guide, to: folder + "/inv.toml")
      let printed = await muster("inventory", "show", folder + "/inv.toml", "--output", "json", "-e", "my_iface=eth2")
      #expect(
        printed.results
          == #"{"_meta":{"hostvars":{"master":{"ansible_ssh_host":"127.0.0.1","ansible_ssh_port":2222,"convect_token":"<redacted>","has_gpu":"false","my_iface":"eth2"}}},"all":{"children":["ungrouped","driver"]},"driver":{"hosts":["master"]}}"#
          + "\n")
      let names = await muster("inventory", "show", folder + "/inv.toml", "--output", "quiet")
      #expect(names.results == "master\n")
    }
  }

  @Test("what cannot be read, or makes no sense, fails with all of it")
  func refused() async throws {
    try await withFolder { folder in
      try write("w[1:]\n[g:wrong]\n", to: folder + "/a.ini")
      let printed = await muster("inventory", "show", folder + "/a.ini", "--output", "json")
      #expect(printed.status == 1 && printed.results.isEmpty)
      #expect(printed.error?["code"] as? String == "bad_inventory")
      #expect((printed.error?["details"] as? [String: String])?["problems"] == "2")
      try write("h has_gpu=maybe\n", to: folder + "/b.ini")
      #expect(
        await muster("inventory", "show", folder + "/b.ini", "--output", "json").error?["code"] as? String
          == "bad_settings")
      let missing = await muster("inventory", "show", folder + "/none.ini", "--output", "json")
      #expect(missing.error?["code"] as? String == "unreadable_file")
      let extra = await muster("inventory", "show", folder + "/b.ini", "-e", "canary", "--output", "json")
      #expect(extra.error?["code"] as? String == "bad_variables" && !extra.messages.contains("canary"))
    }
  }

  @Test("a secret among the arguments, and variables beside the inventory that are not read, are warned of")
  func warnings() async throws {
    try await withFolder { folder in
      try write("h\n", to: folder + "/inv.toml")
      try FileManager.default.createDirectory(atPath: folder + "/group_vars", withIntermediateDirectories: false)
      let printed = await muster("inventory", "show", folder + "/inv.toml", "-e", "ansible_sudo_pass=canary")
      #expect(printed.status == 0)
      #expect(printed.messages.contains("ansible_sudo_pass stands on the command line"))
      #expect(printed.messages.contains("group_vars' is not read"))
      #expect(!printed.messages.contains("canary") && !printed.results.contains("canary"))
    }
  }

  @Test("convert writes a file that only its owner reads, and that says the same")
  func convert() async throws {
    try await withFolder { folder in
      try write(Self.guide, to: folder + "/inv.toml")
      let new = folder + "/cluster.yaml"
      #expect(await muster("inventory", "convert", folder + "/inv.toml", "--to", new).status == 0)
      #expect(try FileManager.default.attributesOfItem(atPath: new)[.posixPermissions] as? Int == 0o600)
      #expect(try read(new).contains("token: canary"))
      let before = await muster("inventory", "show", folder + "/inv.toml", "--output", "json")
      let after = await muster("inventory", "show", new, "--output", "json")
      #expect(before.results == after.results && !before.results.isEmpty)
      let again = await muster("inventory", "convert", folder + "/inv.toml", "--to", new)
      #expect(again.status == 1 && again.messages.contains("already there"))
    }
  }

  @Test("convert prints secrets into a pipe, but not on a terminal")
  func terminal() async throws {
    try await withFolder { folder in
      try write(Self.guide, to: folder + "/inv.toml")
      #expect(await muster("inventory", "convert", folder + "/inv.toml").results.contains("token: canary"))
      let seen = await muster("inventory", "convert", folder + "/inv.toml", isTerminal: true)
      #expect(!seen.results.contains("canary") && seen.messages.contains("--to FILE"))
    }
  }
}
