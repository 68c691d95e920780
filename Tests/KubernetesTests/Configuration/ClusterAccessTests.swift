import Foundation
import MusterCore
import SeededDice
import Testing

@testable import Kubernetes

@Suite("Access to a cluster, from another machine's kubeconfig")
struct ClusterAccessTests {
  static let authority = base64(KubeconfigTests.pem)
  static let key = base64("-----BEGIN EC PRIVATE" + " KEY-----\nc4nary\n")

  /// As k3s writes it.
  static let k3s = """
    apiVersion: v1
    clusters:
    - cluster:
        certificate-authority-data: \(authority)
        server: https://127.0.0.1:6443
      name: default
    contexts:
    - context:
        cluster: default
        user: default
      name: default
    current-context: default
    kind: Config
    preferences: {}
    users:
    - name: default
      user:
        client-certificate-data: \(authority)
        client-key-data: \(key)

    """

  private func read(_ text: String) throws(KubernetesError) -> ClusterAccess {
    try ClusterAccess(foreign: Array(text.utf8), name: "m1:/k3s.yaml")
  }

  @Test("k3s's own is read")
  func whole() throws {
    let access = try read(Self.k3s)
    #expect(access.server == ServerAddress(host: "127.0.0.1", port: 6443))
    #expect(access.authorities == Self.authority && access.serverName == nil)
    #expect(access.user.reveal() == ["client-certificate-data": Self.authority, "client-key-data": Self.key])
    var printed = "\(access)"
    dump(access, to: &printed)
    #expect(!printed.contains(Self.key))
  }

  @Test("one that has only a cluster is read as well, without a user")
  func bare() throws {
    let access = try read("clusters: [{name: default, cluster: {server: 'https://[::1]:7443'}}]")
    #expect(access.server == ServerAddress(host: "::1", port: 7443) && !access.hasUser && access.authorities == nil)
  }

  @Test(
    "what would run programs, send files or trust anybody on this machine is refused",
    arguments: [
      ("client-key-data: ", "exec: {command: rm, apiVersion: v1}\n    client-key-data: "),
      ("client-key-data: ", "tokenFile: /etc/shadow\n    client-key-data: "),
      ("client-key-data: ", "client-key: /root/.ssh/id\n    client-key-data: "),
      ("client-key-data: ", "auth-provider: {name: x}\n    client-key-data: "),
      ("client-key-data: ", "as: admin\n    client-key-data: "),
      ("server: ", "proxy-url: http://proxy.example\n    server: "),
      ("server: ", "certificate-authority: /etc/ssl/x\n    server: "),
      ("server: ", "insecure-skip-tls-verify: true\n    server: "),
      ("https://", "http://"), ("https://127.0.0.1:6443", "https://me@there"), ("https://127.0.0.1:6443", "''"),
      ("current-context: default", "current-context: other"), ("cluster: default", "cluster: none"),
      ("client-key-data: ", "client-key-data: '%'\n    x: "),
    ])
  func refused(old: String, new: String) throws {
    var text = Self.k3s.replacing(old, with: new, maxReplacements: 1)
    if new.contains("other") { text += "- {name: second, user: {}}\n" }
    #expect {
      _ = try read(text)
    } throws: { error in
      "\(error)".contains("m1:/k3s.yaml") && !"\(error)".contains(Self.key)
    }
  }

  @Test("a damaged one is read or refused, and never gives more than plain data")
  func fuzz() {
    var mutator = Dice(seed: 5)
    for _ in 0..<4000 {
      let bytes = mutator.damaged(Self.k3s, marks: ":-[]{}'\"&*!|># \nexec")
      do throws(KubernetesError) {
        let access = try ClusterAccess(foreign: bytes, name: "m1")
        #expect(access.server.isEncrypted)
        #expect(
          access.user.reveal().keys.allSatisfy {
            ["token", "username", "password"].contains($0) || $0.hasSuffix("-data")
          })
      } catch {
        #expect(error.code == .badConfiguration)
        #expect(!error.message.contains("c4nary"))
      }
    }
  }

  @Test("one that is too large is refused")
  func large() {
    #expect(throws: KubernetesError.self) { try read(Self.k3s + String(repeating: "#", count: ClusterAccess.largest)) }
  }
}
