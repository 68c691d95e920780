import Foundation
import Testing

@testable import Kubernetes

@Suite struct KindsTests {
  private func decode<Object: KubernetesObject>(_ json: String) throws -> Object {
    try Object.decode(.init(string: json))
  }

  @Test("A pod is read deep enough to deploy and watch")
  func pod() throws {
    let pod: Pod = try decode(
      #"""
      {"metadata":{"name":"web","creationTimestamp":null},"spec":{"containers":[{"name":"a","image":"x:1",
      "ports":[{"containerPort":80,"protocol":"TCP"}],"resources":{"limits":{"cpu":"500m","memory":"1Gi"}},
      "env":[{"name":"NODE","valueFrom":{"fieldRef":{"fieldPath":"spec.nodeName"}}}],
      "readinessProbe":{"httpGet":{"path":"/","port":"http"},"periodSeconds":5}}],
      "volumes":[{"name":"v","emptyDir":{"sizeLimit":"1Mi"}},{"name":"w","rbd":{"image":"not typed"}}],
      "tolerations":[{"operator":"Exists"}]},"status":{"phase":"Running","podIP":"10.0.0.7",
      "conditions":[{"type":"Ready","status":"True","lastProbeTime":null,"lastTransitionTime":"2026-11-27T16:31:36Z"}],
      "containerStatuses":[{"name":"a","ready":true,"restartCount":1,"image":"x:1","imageID":"",
      "state":{"running":{"startedAt":"2026-11-27T16:31:36Z"}},"lastState":{"terminated":{"exitCode":1}}}]}}
      """#)
    #expect(pod.isReady && !pod.isOver && pod.metadata.name == "web")
    let container = try #require(pod.spec?.containers.first)
    #expect(container.resources?.limits == ["cpu": Quantity(thousandths: 500), "memory": try Quantity("1Gi")])
    #expect(container.env?.first?.valueFrom?.fieldRef?.fieldPath == "spec.nodeName")
    #expect(container.readinessProbe?.httpGet?.port == "http")
    #expect(pod.spec?.volumes?.map(\.name) == ["v", "w"])
    #expect(pod.status?.containerStatuses?.first?.lastState?.terminated?.exitCode == 1)
  }

  @Test("What is made here says its version and kind, as apply and custom resources demand")
  func identity() throws {
    let pod = Pod(
      ObjectMeta(name: "a", labels: ["app": "web"]),
      spec: PodSpec(containers: [Container(name: "a", image: "x:1", command: ["/run"])], restartPolicy: "Never"))
    let expected: JSONValue = [
      "apiVersion": "v1", "kind": "Pod", "metadata": ["name": "a", "labels": ["app": "web"]],
      "spec": [
        "containers": [["name": "a", "image": "x:1", "command": ["/run"]]], "restartPolicy": "Never",
      ],
    ]
    #expect(try JSONValue(encoding: pod) == expected)
    #expect(Lease(ObjectMeta(name: "a")).apiVersion == "coordination.k8s.io/v1")
    #expect(SimpleHorizontalPodAutoscaler(ObjectMeta()).kind == "HorizontalPodAutoscaler")
  }

  @Test("Old and new servers' collections have their own paths")
  func versions() {
    #expect(PodDisruptionBudget.resource.path(in: "a") == "/apis/policy/v1/namespaces/a/poddisruptionbudgets")
    #expect(PodDisruptionBudget.v1beta1.path(in: "a") == "/apis/policy/v1beta1/namespaces/a/poddisruptionbudgets")
    #expect(
      CronJob.v1beta1.apiVersion == "batch/v1beta1" && EndpointSlice.v1beta1.apiVersion == "discovery.k8s.io/v1beta1")
    #expect(PodDisruptionBudget(ObjectMeta(name: "a")).apiVersion == "policy/v1")
    #expect(PodDisruptionBudget(ObjectMeta(name: "a"), as: PodDisruptionBudget.v1beta1).apiVersion == "policy/v1beta1")
    #expect(HorizontalPodAutoscaler.v2beta2.apiVersion == "autoscaling/v2beta2")
    #expect(ClusterRole.resource.path(name: "a") == "/apis/rbac.authorization.k8s.io/v1/clusterroles/a")
    #expect(!Node.resource.isNamespaced && !Namespace.resource.isNamespaced && Pod.resource.isNamespaced)
  }

  @Test("A secret's values never print, and are written where they must be")
  func secrets() throws {
    let secret: SecretObject = try decode(
      #"{"metadata":{"name":"a"},"type":"Opaque","data":{"password":"czNjcmV0","raw":"/w=="}}"#)
    #expect(secret.data?["password"]?.revealText() == "s3cret" && secret.data?["raw"]?.revealText() == nil)
    var dumped = "\(secret) \(String(reflecting: secret))"
    dump(secret, to: &dumped)
    #expect(!dumped.contains("s3cret") && !dumped.contains("czNjcmV0") && dumped.contains("<redacted>"))
    let written = try JSONValue(encoding: secret)
    #expect(written["data"] == ["password": "czNjcmV0", "raw": "/w=="])
    #expect(throws: DecodingError.self) { let _: SecretObject = try decode(#"{"metadata":{},"data":{"a":"%"}}"#) }
  }

  @Test("A deployment is rolled out when the server has seen it and all pods are new")
  func rollout() throws {
    func deployment(_ status: String) throws -> Deployment {
      try decode(#"{"metadata":{"generation":2},"spec":{"replicas":3},"status":\#(status)}"#)
    }
    let done = #"{"observedGeneration":2,"replicas":3,"updatedReplicas":3,"availableReplicas":3}"#
    #expect(try deployment(done).isRolledOut)
    for (good, bad) in [(":2", ":1"), ("\"replicas\":3", "\"replicas\":4"), ("Replicas\":3}", "Replicas\":2}")] {
      #expect(try !deployment(done.replacing(good, with: bad)).isRolledOut)
    }
    #expect(try !deployment("{}").isRolledOut)
  }
}
