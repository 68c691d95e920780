import Foundation
import MusterCore
import SeededDice
import Testing

@testable import Kubernetes

@Suite("A kubeconfig that is changed")
struct KubeconfigDocumentTests {
  private let access = ClusterAccess(
    server: ServerAddress(host: "10.0.0.11", port: 6443), authorities: ClusterAccessTests.authority,
    user: Secret(["client-certificate-data": ClusterAccessTests.authority, "client-key-data": ClusterAccessTests.key]))

  /// Somebody's own, with what Muster knows nothing of.
  private let mine = """
    apiVersion: v1
    kind: Config
    # a remark
    current-context: work
    preferences: {colors: true}
    extensions: [{name: a, extension: {b: 010}}]
    clusters:
    - name: work
      cluster: {server: "https://work.example", certificate-authority: ca.pem, extensions: [{name: x, extension: {y: "on"}}]}
    users:
    - name: work
      user: {exec: {apiVersion: client.authentication.k8s.io/v1, command: get-token, args: ["1e3", "no"], env: null}}
    contexts:
    - name: work
      context: {cluster: work, user: work, namespace: shop}
    """

  private func document(_ text: String) throws -> KubeconfigDocument {
    try KubeconfigDocument(Array(text.utf8), path: "mine")
  }

  private func again(_ document: KubeconfigDocument) throws -> KubeconfigDocument {
    try self.document(try document.yaml().reveal())
  }

  @Test("a new one is what kubectl and Muster read")
  func new() async throws {
    var document = KubeconfigDocument()
    try document.put(access, name: "inv")
    document.use("inv")
    let config = try Kubeconfig(text: try document.yaml().reveal())
    #expect(config.contextNames == ["inv"] && config.currentContext == "inv")
    let configuration = try config.configuration()
    #expect(configuration.server.description == "https://10.0.0.11:6443")
    #expect(configuration.certificateAuthorities == KubeconfigTests.pem)
    #expect(try Kubeconfig(text: document.json().reveal()).contextNames == ["inv"])
    var printed = "\(document)"
    dump(document, to: &printed)
    #expect(!printed.contains(ClusterAccessTests.key))
  }

  @Test("the others stay as they are, known or not, and stay current")
  func merged() throws {
    let before = try document(mine)
    var after = before
    try after.put(access, name: "inv")
    let read = try again(after)
    #expect(read.root == after.root)
    for (key, value) in before.root where !["clusters", "users", "contexts"].contains(key) {
      #expect(read.root[key] == value, "\(key)")
    }
    for list in ["clusters", "users", "contexts"] {
      #expect(read.root[list]?.array?.first == before.root[list]?.array?.first)
      #expect(read.root[list]?.array?.count == 2)
    }
    #expect(read.currentContext == "work")
  }

  @Test("the same cluster is renewed in its place: address and user; its namespace stays")
  func renewed() throws {
    var document = try document(mine)
    try document.put(access, name: "inv")
    var root = document.root
    root["contexts"]?[1]?["context", "namespace"] = "jupyter"
    document = try self.document(JSONWriter.text(.object(root)))
    var other = access
    other.server.host = "10.0.0.12"
    other.serverName = "m2"
    other.user = Secret(["token": "new"])
    try document.put(other, name: "inv")
    #expect(document.root["clusters"]?.array?.count == 2)
    #expect(document.root["clusters"]?[1]?["cluster", "server"] == "https://10.0.0.12:6443")
    #expect(document.root["clusters"]?[1]?["cluster", "tls-server-name"] == "m2")
    #expect(document.root["users"]?[1]?["user"] == ["token": "new"])
    #expect(document.root["contexts"]?[1]?["context", "namespace"] == "jupyter")
  }

  @Test("the name of another cluster, user or context is refused, and nothing is changed, unless it may be replaced")
  func taken() throws {
    for list in [["clusters", "users", "contexts"], ["users"], ["contexts"], ["clusters"]] {
      var root = try document(mine).root
      for name in ["clusters", "users", "contexts"] where !list.contains(name) { root[name] = [] }
      var document = try self.document(JSONWriter.text(.object(root)))
      #expect {
        try document.put(access, name: "work")
      } throws: { error in
        "\(error)".contains("mine") && "\(error)".contains("'work'")
      }
      #expect(document.root == root)
      try document.put(access, name: "work", replaces: true)
      #expect(document.root["contexts"]?[0]?["context"] == ["cluster": "work", "user": "work"])
      #expect(document.root["users"]?[0]?["user", "exec"] == nil)
    }
  }

  @Test("without authorities the server tells clusters from each other")
  func withoutAuthorities() throws {
    var plain = access
    plain.authorities = nil
    var document = KubeconfigDocument()
    try document.put(plain, name: "inv")
    try document.put(plain, name: "inv")
    var other = plain
    other.server.host = "10.0.0.99"
    #expect(throws: KubernetesError.self) { try document.put(other, name: "inv") }
    #expect(throws: KubernetesError.self) { try document.put(access, name: "inv") }
  }

  @Test("a cluster without a user has a context without one")
  func nobody() throws {
    var plain = access
    plain.user = Secret([:])
    var document = KubeconfigDocument()
    try document.put(access, name: "inv")
    try document.put(plain, name: "inv")
    #expect(document.root["users"]?.array == [])
    #expect(document.root["contexts"]?[0]?["context"] == ["cluster": "inv"])
  }

  @Test("empty files are fine; what would be lost or is no kubeconfig is refused")
  func odd() throws {
    for empty in ["", "\n", "# nothing\n", "null", "clusters: null\nusers:\ncontexts: []\n"] {
      var document = try document(empty)
      try document.put(access, name: "inv")
      #expect(try again(document).root == document.root)
    }
    for bad in [
      "[]", "kind: List", "clusters: {}", "a: 1\n---\nb: 2\n", "a: 1\na: 2\n", "clusters: [{name: 3}]", "\u{1}",
    ] {
      #expect(throws: KubernetesError.self, "\(bad)") { _ = try document(bad) }
    }
  }

  @Test("a damaged one is refused, or kept with everything that can be read in it")
  func fuzz() throws {
    var mutator = Dice(seed: 9)
    for _ in 0..<2000 {
      let bytes = mutator.damaged(mine, marks: ":-[]{}'\"&*!|># \n")
      guard var document = try? KubeconfigDocument(bytes, path: "mine") else { continue }
      let before = document.root
      try document.put(access, name: "inv", replaces: true)
      let read = try again(document)
      #expect(read.root == document.root)
      for (key, value) in before
      where !["clusters", "users", "contexts", "apiVersion", "kind", "preferences"].contains(key) {
        #expect(read.root[key] == value)
      }
    }
  }
}
