import Foundation
import MusterCore
import SeededDice
import Testing

@testable import Kubernetes

@Suite struct KubeconfigTests {
  static let pem = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"

  private static let exec = "apiVersion: client.authentication.k8s.io/v1, command: a"

  private let text = """
    apiVersion: v1
    kind: Config
    current-context: here
    preferences: {colors: true}
    clusters:
    - name: real
      cluster:
        server: https://10.0.0.1:6443/clusters/a/
        certificate-authority-data: \(base64(pem))
        tls-server-name: api.example
        proxy-url: http://me:pass@proxy.example:3128
    - name: open
      cluster: {server: "http://[::1]:8001", insecure-skip-tls-verify: true}
    users:
    - name: cert
      user: {client-certificate-data: \(base64(pem)), client-key-data: \(base64(pem)), as: jane, as-groups: [dev], as-user-extra: {scopes: [view]}}
    - name: token
      user: {token: s3cret}
    - name: basic
      user: {username: me, password: pass}
    contexts:
    - name: here
      context: {cluster: real, user: cert, namespace: shop}
    - name: there
      context: {cluster: open, user: token}
    - name: password
      context: {cluster: open, user: basic}
    - name: nobody
      context: {cluster: open}
    """

  @Test("A context becomes a configuration")
  func configuration() async throws {
    let here = try Kubeconfig(text: text).configuration()
    #expect(here.server.description == "https://10.0.0.1:6443/clusters/a")
    #expect(here.certificateAuthorities == Self.pem && here.serverName == "api.example" && !here.isInsecure)
    #expect(here.proxy?.description == "http://proxy.example:3128")
    #expect(here.proxy?.authorization?.reveal() == "Basic bWU6cGFzcw==")
    #expect(here.namespace == "shop")
    let credentials = try await here.credentials.current(forceRefresh: false)
    #expect(credentials.certificate?.chain == Self.pem && credentials.authorization == nil)
    let headers = here.impersonation?.headers.map { "\($0.name): \($0.value)" }
    #expect(headers == ["Impersonate-User: jane", "Impersonate-Group: dev", "Impersonate-Extra-scopes: view"])
  }

  @Test("Another context is had by its name")
  func names() async throws {
    let config = try Kubeconfig(text: text)
    #expect(config.contextNames == ["here", "nobody", "password", "there"])
    let there = try config.configuration(context: "there")
    #expect(there.server == ServerAddress(isEncrypted: false, host: "::1", port: 8001))
    #expect(there.isInsecure && there.namespace == "default")
    #expect(try await there.credentials.current(forceRefresh: true).authorization?.reveal() == "Bearer s3cret")
    let password = try config.configuration(context: "password")
    #expect(try await password.credentials.current(forceRefresh: false).authorization?.reveal() == "Basic bWU6cGFzcw==")
    let nobody = try config.configuration(context: "nobody")
    #expect(try await nobody.credentials.current(forceRefresh: false) == Credentials())
  }

  @Test("Nothing that is secret prints, whatever is printed")
  func redaction() async throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    let more = """

      - name: files
        user: {tokenFile: \(try folder.write("t", "tok3n")), client-certificate-data: \(base64(Self.pem)), client-key-data: \(base64(Self.pem + "k3y"))}
      - name: exec
        user: {exec: {apiVersion: client.authentication.k8s.io/v1, command: x, args: [arg3], env: [{name: A, value: env3}]}}
      contexts:
      - {name: files, context: {cluster: open, user: files}}
      - {name: exec, context: {cluster: open, user: exec}}
      """
    let config = try Kubeconfig(text: text.replacing("\ncontexts:", with: more))
    var dumped = "\(config)"
    dump(config, to: &dumped)
    for context in config.contextNames {
      let configuration = try config.configuration(context: context, environment: ["B": "env4"])
      if context != "exec" { _ = try await configuration.credentials.current(forceRefresh: false) }
      dumped += "\(configuration) \(String(reflecting: configuration))"
      dump(configuration, to: &dumped)
    }
    let secrets = [
      "s3cret", "pass@", "bWU6cGFzcw", "tok3n", "k3y", String(base64(Self.pem + "k3y").suffix(16)), "arg3", "env3",
      "env4",
    ]
    for secret in secrets { #expect(!dumped.contains(secret), "\(secret)") }
    #expect(config.contextNames.count == 6)
  }

  @Test("Files are merged by kubectl's rules: the first that names something decides about all of it")
  func merging() throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    let first = try folder.write(
      "one/a",
      "clusters: [{name: c, cluster: {server: 'https://a:1', certificate-authority: ca.pem}}]\ncontexts: [{name: x, context: {cluster: c}}]"
    )
    let second = try folder.write(
      "two/b",
      """
      current-context: other
      clusters: [{name: c, cluster: {server: 'https://b:2', tls-server-name: lost}}, {name: d, cluster: {server: 'https://d:4', certificate-authority: ../one/ca.pem}}]
      contexts: [{name: x, context: {cluster: d}}, {name: other, context: {cluster: d}}]
      """)
    try folder.write("one/ca.pem", Self.pem)
    let config = try Kubeconfig(files: [first, folder.path + "/missing", second], skipsMissing: true)
    #expect(config.currentContext == "other")
    let x = try config.configuration(context: "x")
    #expect(x.server.port == 1 && x.serverName == nil && x.certificateAuthorities == Self.pem)
    #expect(try config.configuration().certificateAuthorities == Self.pem)
    #expect(throws: KubernetesError.self) { try Kubeconfig(files: [folder.path + "/missing"]) }
  }

  @Test(
    "A bad file is a sentence with file, context and field",
    arguments: [
      (
        "server: 'https://", "server: 'ftp://", "clusters[c].cluster.server",
        "'ftp://' is not supported; use https:// or http://"
      ),
      (
        "server: 'https://a:1'", "x: 1", "clusters[c].cluster.server",
        "it is missing; write for example https://10.0.0.1:6443"
      ),
      (
        "server: 'https://a:1'", "server: a:1/path", "clusters[c].cluster.server",
        "it should be a URL such as https://10.0.0.1:6443/path, or a host and a port"
      ),
      ("server: 'https://a:1'", "server: 3", "clusters[c].cluster.server", "it is not a string; put it in quotes"),
      ("'https://a:1'", "'https://a:1?q'", "clusters[c].cluster.server", "it has a query or a fragment"),
      ("'https://a:1'", "'https://a:99999'", "clusters[c].cluster.server", "its port is not between 1 and 65535"),
      (
        "'https://a:1'", "'https://u@a:1'", "clusters[c].cluster.server",
        "it names a user, who belongs into the users of a kubeconfig"
      ),
      ("cluster: c,", "cluster: d,", "contexts[x].context.cluster", "there is no cluster 'd'"),
      ("user: u", "user: v", "contexts[x].context.user", "there is no user 'v'"),
      ("user: u", "namespace: A_b", "contexts[x].context.namespace", "'A_b' is no namespace"),
      ("token: t", "token: 12", "users[u].user.token", "it is not a string; put it in quotes"),
      ("token: t", "token: t, username: me", "users[u].user.token", "a username stands there too; keep one of the two"),
      ("token: t", "password: p", "users[u].user.username", "it is missing, and a password stands there"),
      ("token: t", "client-certificate-data: '%'", "users[u].user.client-certificate-data", "it is not base64"),
      (
        "token: t", "client-certificate: /nowhere", "users[u].user.client-key",
        "it is missing, and a client's certificate stands there"
      ),
      (
        "token: t", "client-key: k", "users[u].user.client-certificate",
        "it is missing, and a client's key stands there"
      ),
      ("token: t", "auth-provider: {name: gcp}", "users[u].user.auth-provider", "such providers are no longer part"),
      (
        "token: t", "exec: {command: a}", "users[u].user.exec.apiVersion",
        "it should be client.authentication.k8s.io/v1 or"
      ),
      (
        "token: t", "exec: {apiVersion: client.authentication.k8s.io/v1}", "users[u].user.exec.command", "it is missing"
      ),
      ("token: t", "exec: {\(exec), args: a}", "users[u].user.exec.args", "it is not a list"),
      ("token: t", "exec: {\(exec), args: [3]}", "users[u].user.exec.args", "one of its elements is not a string"),
      ("token: t", "exec: {\(exec), env: {A: b}}", "users[u].user.exec.env", "it is not a list"),
      ("token: t", "exec: {\(exec), env: [{name: A, value: 3}]}", "users[u].user.exec.env", "each element takes"),
      (
        "token: t", "exec: {\(exec), provideClusterInfo: 'yes'}", "users[u].user.exec.provideClusterInfo",
        "it is neither true nor false"
      ),
      (
        "token: t", "as: j, as-user-extra: {a: [b, 3]}", "users[u].user.as-user-extra",
        "one of the elements of 'a' is not a string"
      ),
      ("token: t", "as-groups: [a]", "users[u].user.as", "it is missing"),
      (
        "'https://a:1'", "'https://a:1', insecure-skip-tls-verify: 'yes'",
        "clusters[c].cluster.insecure-skip-tls-verify", "it is neither true nor false"
      ),
      (
        "'https://a:1'", "'https://a:1', certificate-authority: /nowhere", "clusters[c].cluster.certificate-authority",
        "the file '/nowhere' cannot be read: there is no such file"
      ),
      (
        "'https://a:1'", "'https://a:1', certificate-authority-data: eA==",
        "clusters[c].cluster.certificate-authority-data", "it holds no PEM"
      ),
      (
        "'https://a:1'", "'https://a:1', proxy-url: 'socks5://p:1'", "clusters[c].cluster.proxy-url",
        "'socks5://' is not supported; use http://"
      ),
    ])
  func errors(_ good: String, _ bad: String, _ field: String, _ reason: String) {
    let text = """
      current-context: x
      clusters: [{name: c, cluster: {server: 'https://a:1'}}]
      users: [{name: u, user: {token: t}}]
      contexts: [{name: x, context: {cluster: c, user: u}}]
      """
    #expect(text.contains(good))
    let error = #expect(throws: KubernetesError.self) {
      try Kubeconfig(text: text.replacing(good, with: bad), path: "/home/me/config").configuration()
    }
    #expect(error?.code == .badConfiguration)
    #expect(
      error?.message.hasPrefix("kubeconfig '/home/me/config', field '\(field)': \(reason)") == true,
      "\(error?.message ?? "")")
    #expect(error?.message.hasSuffix("(context 'x')") == true)
  }

  @Test(
    "What is no kubeconfig is refused",
    arguments: [
      "[]", "x", "clusters: 3", "clusters: [{cluster: {}}]", "clusters: [{name: a, cluster: 3}]", "kind: Pod",
      "apiVersion: v2", "clusters: [{name: a, cluster: {}}, {name: a, cluster: {}}]", "current-context: 3", "a: [",
      "a: 1\na: 2", "\u{0}",
    ])
  func shapes(_ text: String) {
    let error = #expect(throws: KubernetesError.self) { try Kubeconfig(text: text, path: "f") }
    #expect(error?.message.hasPrefix("kubeconfig 'f', ") == true)
  }

  @Test("A context that is not there is told with those that are")
  func contexts() throws {
    let error = #expect(throws: KubernetesError.self) { try Kubeconfig(text: text).configuration(context: "x") }
    #expect(
      error?.message == "kubeconfig 'kubeconfig': there is no context 'x'; there are here, nobody, password, there")
    let none = #expect(throws: KubernetesError.self) { try Kubeconfig(text: "").configuration() }
    #expect(none?.details["field"] == "current-context")
  }

  @Test("Damaged kubeconfigs give configurations or sentences, and never their secrets")
  func fuzz() {
    var mutator = Dice(seed: 9)
    for _ in 0..<3000 {
      let bytes = mutator.damaged(text, marks: "{}[]:,-'\"\n abc0/@%&*")
      do {
        let config = try Kubeconfig(text: String(decoding: bytes, as: UTF8.self))
        for name in config.contextNames { _ = try config.configuration(context: name) }
      } catch {
        #expect(error.code == .badConfiguration)
        #expect(!error.message.contains("s3cret") && !"\(error)".contains("s3cret"))
      }
    }
  }
}
