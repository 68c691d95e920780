import Testing

@testable import Kubernetes

@Suite("The paths of the API")
struct ResourceTypeTests {
  let deployments = ResourceType(group: "apps", plural: "deployments", kind: "Deployment")

  @Test("a name stays in its segment, whatever it is")
  func escapes() {
    #expect(deployments.path(in: "a", name: "b") == "/apis/apps/v1/namespaces/a/deployments/b")
    #expect(deployments.path(in: "a", name: "../x?y#z") == "/apis/apps/v1/namespaces/a/deployments/..%2Fx%3Fy%23z")
    #expect(deployments.path(in: "a", name: "..") == "/apis/apps/v1/namespaces/a/deployments/%2E%2E")
    #expect(
      ResourceType(plural: "pods", kind: "Pod").path(in: nil, name: "p.q", subresource: "log") == "/api/v1/pods/p.q/log"
    )
  }
}
