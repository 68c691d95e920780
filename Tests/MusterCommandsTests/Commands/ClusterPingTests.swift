import Foundation
import Testing

@testable import MusterCommands

/// What can be seen without an SSH server; sessions are tested in RemoteHostsTests.
@Suite struct ClusterPingTests {
  private func ping(_ inventory: String, _ arguments: [String] = []) async throws -> Printed {
    try await withFolder { folder in
      try write(inventory, to: folder + "/inv.toml")
      return await muster(
        ["cluster", "ping", folder + "/inv.toml"] + arguments,
        environment: ["PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"])
    }
  }

  /// A machine whose SSH arguments cannot be used, and one that nobody can connect to.
  static let broken = """
    a ansible_ssh_common_args='-N'
    b ansible_host=no-such-machine.invalid ansible_ssh_common_args='-F none'
    [worker]
    b
    """

  @Test("says OK of this machine", .enabled(if: geteuid() == 0, "only root is root without sudo"))
  func local() async throws {
    let printed = try await ping("here ansible_connection=local\n")
    #expect(printed.status == 0, "\(printed.messages)")
    #expect(printed.results.contains("here     OK"), "\(printed.results)")
  }

  @Test("says of every machine why not, and exits with 1")
  func failing() async throws {
    let printed = try await ping(Self.broken)
    #expect(printed.status == 1)
    #expect(printed.results.contains("a: ansible_ssh_common_args "), "\(printed.results)")
    #expect(printed.results.contains("b (no-such-machine.invalid): "), "\(printed.results)")
    #expect(printed.messages.contains("2 of 2 machines failed"))
  }

  @Test("prints for programs the code of each fault")
  func json() async throws {
    let printed = try await ping(Self.broken, ["--output", "json", "--limit", "a"])
    #expect(printed.status == 1)
    let first = try #require(printed.list?.first)
    #expect(printed.list?.count == 1)
    #expect(first["machine"] as? String == "a")
    #expect(first["ok"] as? Bool == false)
    #expect(first["code"] as? String == "ssh_client")
  }

  @Test("takes the password of sudo from a file, and refuses an empty one")
  func passwordFile() async throws {
    try await withFolder { folder in
      try write("\n", to: folder + "/empty")
      let printed = try await ping(Self.broken, ["--become-password-file", folder + "/empty"])
      #expect(printed.status == 1)
      #expect(printed.messages.contains("has no password in its first line"), "\(printed.messages)")
    }
    #expect(try await ping(Self.broken, ["-K", "--become-password-file", "x"]).status == 64)
  }

  @Test("refuses a limit that means no machine", arguments: ["c", "b,!worker", "worker:x*"])
  func limit(_ limit: String) async throws {
    let printed = try await ping(Self.broken, ["--limit", limit])
    #expect(printed.status == 1)
    #expect(printed.messages.contains("--limit"), "\(printed.messages)")
  }

  @Test(
    "patterns match as a shell's do",
    arguments: [
      ("worker1", "w*1", true), ("worker1", "w*2", false), ("worker1", "*", true), ("", "*", true), ("ab", "a?", true),
      ("a", "a?", false), ("aab", "*ab", true), ("abab", "*ab*ab", true), ("ab", "*ab*ab", false), ("a", "", false),
    ])
  func patterns(_ name: String, _ pattern: String, _ isMatch: Bool) {
    #expect(MachineSelection.matches(name, pattern) == isMatch)
  }

  @Test("an empty choice of machines is refused, and an IPv6 address is one name")
  func selection() async throws {
    let printed = try await ping(Self.broken, ["--limit", " , "])
    #expect(printed.status == 1 && printed.messages.contains("--limit is empty"), "\(printed.messages)")
    let both = "2001:db8::1 ansible_ssh_common_args='-N'\nb ansible_ssh_common_args='-N'\n"
    let one = try await ping(both, ["--output", "json", "--limit", "2001:db8::1"])
    #expect(one.list?.count == 1 && one.list?.first?["machine"] as? String == "2001:db8::1", "\(one.messages)")
    let other = try await ping(both, ["--output", "json", "--limit", "!2001:db8::1"])
    #expect(other.list?.count == 1 && other.list?.first?["machine"] as? String == "b", "\(other.messages)")
  }

  @Test("reads a hidden answer key by key")
  func hidden() throws {
    func answer(_ keys: [UInt8]) throws -> String {
      var rest = keys[...]
      return try HiddenQuestion.answer { rest.popFirst() }.reveal()
    }
    #expect(try answer(Array("pass\n".utf8)) == "pass")
    #expect(try answer(Array("paü\u{7F}ss\r".utf8)) == "pass")
    #expect(try answer(Array("wrong\u{15}right\n".utf8)) == "right")
    #expect(throws: CommandError.self) { _ = try answer([0x0A]) }
    #expect(throws: QuietExit.self) { _ = try answer([0x61, 0x03]) }
  }
}
