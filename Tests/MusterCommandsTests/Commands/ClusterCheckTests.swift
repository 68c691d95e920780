import Foundation
import Testing

@testable import MusterCommands

/// What can be seen without an SSH server; the checks are tested in ProvisioningTests.
@Suite struct ClusterCheckTests {
  private func check(_ inventory: String, _ arguments: [String] = []) async throws -> Printed {
    try await withFolder { folder in
      try write(inventory, to: folder + "/inv.toml")
      return await muster(
        ["cluster", "check", folder + "/inv.toml", "--skip-ports"] + arguments,
        environment: ["PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"])
    }
  }

  @Test("says of every machine what is in the way, of this one and of all together, and exits with 1")
  func problems() async throws {
    let printed = try await check(ClusterPingTests.broken)
    #expect(printed.status == 1)
    #expect(printed.results.contains("no machine runs the control plane"), "\(printed.results)")
    #expect(printed.results.contains("b (no-such-machine.invalid): "), "\(printed.results)")
    #expect(!printed.results.contains("(this machine)  cores"), "what is well is shown only when asked for")
    #expect(printed.messages.contains("2 machines: "), "\(printed.messages)")
  }

  @Test("shows this machine's own facts", .enabled(if: geteuid() == 0, "only root is root without sudo"))
  func local() async throws {
    let printed = try await check("here ansible_connection=local\n[server]\nhere\n", ["--all"])
    #expect(printed.results.contains("(this machine)  cores"), "\(printed.results)")
    #expect(printed.results.contains("the user becomes root"), "\(printed.results)")
  }

  @Test("prints for programs each check with its verdict")
  func json() async throws {
    let printed = try await check(ClusterPingTests.broken, ["--output", "json"])
    #expect(printed.status == 1)
    let servers = printed.list?.first { $0["check"] as? String == "servers" }
    #expect(servers?["verdict"] as? String == "problem")
    #expect((servers?["cure"] as? String)?.contains("driver") == true)
  }

  @Test("refuses a folder of artifacts that is not there")
  func bundle() async throws {
    let printed = try await check(ClusterPingTests.broken, ["--bundle", "/nowhere/at/all"])
    #expect(printed.status == 1)
    #expect(printed.messages.contains("/nowhere/at/all"), "\(printed.messages)")
  }
}
