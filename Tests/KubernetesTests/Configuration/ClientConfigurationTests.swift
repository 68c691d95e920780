import Foundation
import MusterCore
import Testing

@testable import Kubernetes

@Suite struct ClientConfigurationTests {
  private func config(_ server: String) -> String {
    "current-context: x\nclusters: [{name: c, cluster: {server: '\(server)'}}]\ncontexts: [{name: x, context: {cluster: c}}]"
  }

  @Test("A named file beats KUBECONFIG, which beats the home folder, which beats the pod")
  func order() throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    let named = try folder.write("named", config("https://named"))
    let listed = try folder.write("listed", config("https://listed"))
    try folder.write("home/.kube/config", config("https://home"))
    for (name, text) in [("token", "t1\n"), ("ca.crt", KubeconfigTests.pem), ("namespace", "shop\n")] {
      try folder.write("pod/\(name)", text)
    }
    var environment = [
      "KUBECONFIG": "\(folder.path)/none:\(listed)", "HOME": "\(folder.path)/home",
      "KUBERNETES_SERVICE_HOST": "fd00::1",
      "KUBERNETES_SERVICE_PORT": "443",
    ]
    func server(_ kubeconfig: String? = nil) throws -> String {
      try ClientConfiguration.load(
        kubeconfig: kubeconfig, environment: environment, serviceAccount: "\(folder.path)/pod"
      ).server.description
    }
    #expect(try server(named) == "https://named:443")
    #expect(try server() == "https://listed:443")
    environment["KUBECONFIG"] = nil
    #expect(try server() == "https://home:443")
    environment["HOME"] = folder.path
    #expect(try server() == "https://[fd00::1]:443")
    environment["KUBERNETES_SERVICE_HOST"] = nil
    let error = #expect(throws: KubernetesError.self) { try server() }
    #expect(error?.message == "there is no ~/.kube/config, and this program runs in no pod; name a kubeconfig file")
    environment["KUBECONFIG"] = "/nowhere"
    #expect(throws: KubernetesError.self) { try server() }
  }

  @Test("A pod's token is read again after a minute, and at once after a refusal")
  func rotation() async throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    for (name, text) in [("token", "t1\n"), ("ca.crt", KubeconfigTests.pem), ("namespace", "shop\n")] {
      try folder.write(name, text)
    }
    let time = ManualTime()
    let configuration = try ClientConfiguration.inCluster(
      environment: ["KUBERNETES_SERVICE_HOST": "10.0.0.1", "KUBERNETES_SERVICE_PORT": "443"], folder: folder.path,
      time: time)
    #expect(configuration.namespace == "shop" && configuration.certificateAuthorities == KubeconfigTests.pem)
    func token(_ force: Bool = false) async throws -> String? {
      try await configuration.credentials.current(forceRefresh: force).authorization?.reveal()
    }
    #expect(try await token() == "Bearer t1")
    try folder.write("token", "t2")
    #expect(try await token() == "Bearer t1")
    time.advance(by: .seconds(60))
    #expect(try await token() == "Bearer t2")
    try folder.write("token", "t3")
    #expect(try await token(true) == "Bearer t3")
    // While it is being written it may be empty.
    try folder.write("token", "")
    #expect(try await token(true) == "Bearer t3")
    try FileManager.default.removeItem(atPath: folder.path + "/token")
    time.advance(by: .seconds(600))
    #expect(try await token() == "Bearer t3")
  }

  @Test("A pod without what it needs is told what is missing")
  func incomplete() throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    var environment = ["KUBERNETES_SERVICE_HOST": "10.0.0.1", "KUBERNETES_SERVICE_PORT": "443"]
    func message() -> String? {
      do {
        _ = try ClientConfiguration.inCluster(environment: environment, folder: folder.path)
        return nil
      } catch {
        return error.code == .badConfiguration ? error.message : nil
      }
    }
    #expect(message()?.contains("ca.crt' cannot be used: there is no such file") == true)
    try folder.write("ca.crt", "nothing")
    #expect(message()?.contains("it holds no PEM") == true)
    try folder.write("ca.crt", KubeconfigTests.pem)
    #expect(message()?.contains("token' cannot be used: there is no such file") == true)
    try folder.write("token", "a\nb")
    #expect(message()?.contains("it holds something else than a token") == true)
    try folder.write("token", "t")
    #expect(message() == nil)
    environment["KUBERNETES_SERVICE_PORT"] = "x"
    #expect(message()?.contains("KUBERNETES_SERVICE_PORT is 'x'") == true)
    environment = [:]
    #expect(message()?.contains("not in a pod") == true)
  }

  @Test("The environment's proxy is used unless the server is an exception")
  func proxies() throws {
    func proxy(_ environment: [String: String], _ server: String = "https://10.1.2.3:6443") throws -> String? {
      try ProxyAddress.fromEnvironment(environment, for: ServerAddress(server))?.description
    }
    #expect(try proxy(["HTTPS_PROXY": "http://p:3128"]) == "http://p:3128")
    #expect(try proxy(["https_proxy": "p:3128"]) == "http://p:3128")
    #expect(try proxy(["HTTP_PROXY": "http://p"]) == nil)
    #expect(try proxy(["HTTP_PROXY": "http://p"], "http://a") == "http://p:80")
    #expect(try proxy(["HTTPS_PROXY": "p"], "https://localhost:1") == nil)
    #expect(try proxy(["HTTPS_PROXY": "p"], "https://127.0.0.1:1") == nil)
    #expect(try proxy(["HTTPS_PROXY": "p"], "https://[::1]:1") == nil)
    for exception in ["*", "10.0.0.0/8", "a,10.1.2.3", "10.1.2.3:6443"] {
      #expect(try proxy(["HTTPS_PROXY": "p", "NO_PROXY": exception]) == nil, "\(exception)")
    }
    for exception in ["example", ".example", "*.example", "API.example", "api.example:443"] {
      #expect(try proxy(["HTTPS_PROXY": "p", "no_proxy": exception], "https://api.example") == nil, "\(exception)")
    }
    #expect(try proxy(["HTTPS_PROXY": "p", "NO_PROXY": "10.2.0.0/16,ample"], "https://api.example") == "http://p:80")
    let error = #expect(throws: KubernetesError.self) { try proxy(["HTTPS_PROXY": "socks5://me:pass@p"]) }
    #expect(error?.message.contains("HTTPS_PROXY") == true && error?.message.contains("pass") == false)
  }

  /// The rule of client-go: `DefaultServerURL`, with TLS if there is an authority, a client certificate or `insecure`.
  @Test(
    "A server without a scheme speaks TLS if the configuration says anything about TLS",
    arguments: [
      ("", "token: t", "http://10.0.0.1:6443"), ("insecure-skip-tls-verify: true", "", "https://10.0.0.1:6443"),
      ("certificate-authority-data: \(base64(KubeconfigTests.pem))", "token: t", "https://10.0.0.1:6443"),
      (
        "", "client-certificate-data: \(base64(KubeconfigTests.pem)), client-key-data: \(base64(KubeconfigTests.pem))",
        "https://10.0.0.1:6443"
      ),
    ])
  func scheme(_ cluster: String, _ user: String, _ expected: String) throws {
    let text = """
      current-context: x
      clusters: [{name: c, cluster: {server: '10.0.0.1:6443', \(cluster)}}]
      users: [{name: u, user: {\(user)}}]
      contexts: [{name: x, context: {cluster: c, user: u}}]
      """
    #expect(try Kubeconfig(text: text).configuration().server.description == expected)
    let name = try Kubeconfig(text: text.replacing("10.0.0.1:6443", with: "api.example")).configuration().server
    #expect(name.description == expected.replacing("10.0.0.1:6443", with: "api.example:\(name.isEncrypted ? 443 : 80)"))
  }
}
