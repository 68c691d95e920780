import Foundation
import Testing

@testable import MusterCommands

/// What can be seen without a cluster.
@Suite struct ClusterKubeconfigTests {
  private func kubeconfig(_ inventory: String, _ arguments: [String] = []) async throws -> Printed {
    try await withFolder { folder in
      try write(inventory, to: folder + "/inv.toml")
      return await muster(
        ["cluster", "kubeconfig", folder + "/inv.toml"] + arguments,
        environment: ["PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"])
    }
  }

  @Test("says why no server gives one, each with its reason")
  func unreachable() async throws {
    let one = try await kubeconfig(
      "b ansible_host=no-such-machine.invalid ansible_ssh_common_args='-F none'\n[driver]\nb\n")
    #expect(one.status == 1 && one.results.isEmpty)
    #expect(one.messages.contains("b (no-such-machine.invalid): "), "\(one.messages)")
    let two = try await kubeconfig(
      "a ansible_ssh_common_args='-N'\nb ansible_ssh_common_args='-N'\n[driver]\na\nb\n", ["--output", "json"])
    let message = two.error?["message"] as? String ?? ""
    #expect(message.contains("a: ") && message.contains("b: "), "\(two.messages)")
  }

  @Test("an inventory without a server, or a limit without one, is refused", arguments: ["a\n[worker]\na\n", "a\n"])
  func nobody(inventory: String) async throws {
    let printed = try await kubeconfig(inventory)
    #expect(printed.status == 1 && printed.messages.contains("is a server"), "\(printed.messages)")
  }

  @Test(
    "says of a machine on which no k3s has run that there is none",
    .enabled(
      if: geteuid() == 0 && !FileManager.default.fileExists(atPath: "/etc/rancher/k3s/k3s.yaml"),
      "this needs root, on a machine without k3s"))
  func absent() async throws {
    let printed = try await kubeconfig("here ansible_connection=local\n[server]\nhere\n")
    #expect(printed.status == 1 && printed.results.isEmpty)
    #expect(printed.messages.contains("here: there is no /etc/rancher/k3s/k3s.yaml"), "\(printed.messages)")
  }

  @Test(
    "a command line that makes no sense is refused before anybody is asked",
    arguments: [["--use"], ["--replace"], ["--name", ""], ["--name", " x"], ["--name", "a\u{7}b"]])
  func usage(arguments: [String]) async throws {
    #expect(try await kubeconfig("a\n[driver]\na\n", arguments).status == 64)
  }

  @Test(
    "it is called as the inventory is",
    arguments: [
      ("inv.toml", "inv"), ("/a/b.c/lab", "lab"), ("x/prod.cluster.yaml", "prod.cluster"), (".toml", "muster"),
      ("-", "-"),
    ])
  func names(file: String, name: String) {
    #expect(ClusterKubeconfig.name(of: file) == name)
  }
}
