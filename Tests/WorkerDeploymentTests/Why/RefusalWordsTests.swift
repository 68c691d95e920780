import Kubernetes
import Testing

@testable import WorkerDeployment

@Suite("The words of servers, registries and kubelets") struct RefusalWordsTests {
  @Test("why a pod may not be made, of old and of new servers")
  func refusals() {
    #expect(
      PodRefusal(
        "pods \"p\" is forbidden: violates PodSecurity \"restricted:latest\": allowPrivilegeEscalation != false (container "
          + "\"client\" must set securityContext.allowPrivilegeEscalation=false), runAsNonRoot != true")
        == .podSecurity(
          level: "restricted:latest",
          violations: "allowPrivilegeEscalation != false (container \"client\" must set "
            + "securityContext.allowPrivilegeEscalation=false), runAsNonRoot != true"))
    #expect(
      PodRefusal(
        "pods \"p\" is forbidden: failed quota: few: must specify limits.cpu for: client; requests.cpu for: client")
        == .quotaDemands(name: "few", what: "limits.cpu"))
    #expect(
      PodRefusal(
        "(combined from similar events): Error creating: pods \"p\" is forbidden: exceeded quota: few, requested: pods=1, "
          + "used: pods=2, limited: pods=2")
        == .quota(name: "few", requested: "pods=1", used: "pods=2", limited: "pods=2"))
    #expect(
      PodRefusal("admission webhook \"policy.example\" denied the request: no latest tags")
        == .webhook(name: "policy.example", "no latest tags"))
    #expect(
      PodRefusal("pods \"p\" is forbidden: PodSecurityPolicy: unable to admit pod: []")
        == .podSecurityPolicy("PodSecurityPolicy: unable to admit pod: []"))
    #expect(PodRefusal("Internal error occurred") == .other("Internal error occurred"))
  }

  @Test(
    "why an image cannot be pulled, of several runtimes",
    arguments: [
      (
        "pull access denied, repository does not exist or may require authorization: server message: insufficient_scope",
        .denied
      ),
      ("unauthorized: authentication required", .denied), ("403 Forbidden", .denied),
      ("failed to authorize: failed to fetch anonymous token: unexpected status: 401 Unauthorized", .denied),
      ("manifest unknown", .notFound), ("registry.example/a:b: not found", .notFound),
      ("dial tcp 10.0.0.1:443: i/o timeout", .unreachable), ("net/http: TLS handshake timeout", .unreachable),
      ("x509: certificate signed by unknown authority", .untrusted),
      ("http: server gave HTTP response to HTTPS client", .plain), ("toomanyrequests: slow down", .tooOften),
      ("no match for platform in manifest: not found", .platform), ("write /var: no space left on device", .diskFull),
      ("something else", .other), ("", .other),
    ] as [(String, PullFailure)])
  func pulls(message: String, failure: PullFailure) {
    #expect(PullFailure(reason: "ErrImagePull", message: message) == failure)
  }

  @Test("the host of an image is what a container runtime takes it for")
  func hosts() {
    #expect(PullReasons.host(of: "registry.example:5000/a/b:c") == "registry.example:5000")
    #expect(PullReasons.host(of: "localhost/a") == "localhost")
    #expect(PullReasons.host(of: "someone/prover:client") == "the nodes' default registry")
    #expect(PullReasons.host(of: "busybox") == "the nodes' default registry")
  }

  @Test("a pull secret tells for which hosts it is, and nothing else")
  func secrets() {
    func secret(_ text: String) -> PullSecret {
      PullSecret(SecretObject(ObjectMeta(name: "img-cred"), data: [".dockerconfigjson": SecretBytes(text)]))
    }
    let known = secret(#"{"auths":{"b.example":{"auth":"Y2FuYXJ5"},"https://a.example/v1/":{"password":"canary"}}}"#)
    #expect(known == .hosts(["b.example", "https://a.example/v1/"]))
    #expect(!"\(known)".contains("canary"))
    #expect(known.serves("a.example"))
    #expect(known.serves("b.example"))
    #expect(!known.serves("c.example"))
    #expect(PullSecret.hosts(["*.example"]).serves("a.example"))
    #expect(!PullSecret.hosts(["*.example"]).serves("a.b.example"))
    #expect(secret("{") == .unreadable)
    #expect(PullSecret(SecretObject(ObjectMeta(name: "x"))) == .unreadable)
  }

  @Test("what a pod misses, by kubelets' words")
  func missing() {
    #expect(MissingObject("configmap \"a\" not found")?.words == "the ConfigMap 'a', which is not there")
    #expect(
      MissingObject("MountVolume.SetUp failed for volume \"j\" : references non-existent secret key: token")?.words
        == "the key 'token' of a Secret, which is not there")
    #expect(MissingObject("MountVolume.SetUp failed for volume \"d\" : timed out") == nil)
  }
}
