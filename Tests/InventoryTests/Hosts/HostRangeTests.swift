import Inventory
import Testing

@Suite struct HostRangeTests {
  private func names(_ pattern: String) throws -> [String] { try inventory(pattern).hosts.map(\.name) }

  @Test(
    "ranges name the hosts that they name with Ansible",
    arguments: [
      ("w[1:3]", "w1 w2 w3"), ("w[01:12:5]", "w01 w06 w11"), ("[1:2]x[a:b]y", "1xay 1xby 2xay 2xby"), ("w[3:1]", ""),
      ("w[:2]", "w0 w1 w2"), ("w[5:1:-2]", "w5 w3"), ("w[y:B]", "wy wz wA wB"), ("w[a:e:2]", "wa wc we"),
      ("w[1:2].x:22", "w1.x w2.x"), ("[2001:db8::[1:2]]:22", "2001:db8::1 2001:db8::2"), ("w[-1:1]", "w-1 w0 w1"),
    ])
  func expanded(pattern: String, expected: String) throws {
    #expect(try names(pattern).joined(separator: " ") == expected)
  }

  @Test(
    "what is no range is refused",
    arguments: [
      "w[1:]", "w[01:100]", "w[c:a]", "w[1:3:0]", "w[1]", "w[a:2]", "w[1:2", "w]1:2[", "a|b[1:2]", "w[1:x]", "w[]",
    ])
  func refused(pattern: String) { #expect(problems("\(pattern) a=1").first?.hasPrefix("inv.toml:1: the host") == true) }

  @Test(
    "a range that names too many hosts is refused before they are made",
    arguments: [
      "w[0:999999999]", "w[1:999][1:999][1:999]", "w[0:999999999][3:1]", "w[1:99999999999999999999]",
      "w[0:9223372036854775806]", "w[0:9223372036854775807]", String(repeating: "[1:2]", count: 60),
      "w[9:1:-1][0:99999999]",
    ])
  func tooMany(pattern: String) { #expect(problems(pattern).count == 1) }

  @Test(
    "a port stands behind a name or an address, and nowhere else",
    arguments: [
      ("h:22", "h", 22), ("10.0.0.1:2222", "10.0.0.1", 2222), ("[2001:db8::2]:22", "2001:db8::2", 22),
      ("[h:1]:2", "h", 1),
      ("2001:db8::1", "2001:db8::1", nil), ("under_:22", "under_:22", nil), ("::1", "::1", nil),
      ("h:22:23", "h:22:23", nil),
      ("[::ffff:1.2.3.4]:5", "::ffff:1.2.3.4", 5), ("-h:1", "-h:1", nil), ("a..b:1", "a..b:1", nil),
    ] as [(String, String, Int?)])
  func ports(pattern: String, name: String, port: Int?) throws {
    let read = try inventory("[g]\n\(pattern)")
    #expect(read.hosts.map(\.name) == [name])
    #expect(read.variables(of: name)["ansible_port"]?.value == port.map { .integer($0) })
  }

  @Test("a port is the host's when it is named for the first time, and a variable beats it")
  func portTwice() throws {
    let read = try inventory("h:1\nh:2\nk:1 ansible_port=3\n")
    #expect(read.variables(of: "h")["ansible_port"]?.value == .integer(1))
    #expect(read.variables(of: "k")["ansible_port"]?.value == .integer(3))
  }
}
