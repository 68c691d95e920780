import Testing

@testable import Kubernetes

@Suite("A newer server: kinds that an old one does not have")
struct NewerKindsTests {
  /// Creates an object, reads it as a type, and finds nothing lost of what the server keeps in these members.
  private func keeps<Object: KubernetesResource & Codable>(
    _ type: Object.Type, _ members: String..., of object: JSONValue, in api: Contract
  ) async throws -> Object {
    let typed = api.client.resources(Object.self, in: api.namespace)
    let name = try await typed.create(object).metadata.name ?? ""
    let whole = try await typed.reading(DynamicObject.self).get(name)
    let read = try whole.decoded(as: Object.self)
    let again = try DynamicObject(encoding: read)
    for member in members {
      #expect(
        whole.content[member] != nil && again.content[member] == whole.content[member], "\(Object.self) \(member)")
    }
    #expect(try await typed.list(ListOptions(fieldSelector: "metadata.name=\(name)")).items.count == 1)
    return read
  }

  @Test("batch/v1 CronJob", arguments: NewerServer.available)
  func cronJob(server: NewerServer) async throws {
    try await server.run("cronjob") { api in
      let job = try await keeps(
        CronJob.self, "spec",
        of: [
          "metadata": ["name": "c"],
          "spec": [
            "schedule": "0 0 1 1 *", "timeZone": "Etc/UTC", "concurrencyPolicy": "Forbid", "suspend": true,
            "startingDeadlineSeconds": 60,
            "jobTemplate": [
              "spec": [
                "backoffLimit": 2, "ttlSecondsAfterFinished": 5, "completionMode": "Indexed", "completions": 3,
                "podFailurePolicy": [
                  "rules": [["action": "FailJob", "onExitCodes": ["operator": "In", "values": [42]]]]
                ],
                "template": [
                  "spec": ["restartPolicy": "Never", "containers": [["name": "c", "image": "i", "command": ["true"]]]]
                ],
              ]
            ],
          ],
        ], in: api)
      #expect(job.spec?.timeZone == "Etc/UTC" && job.spec?.jobTemplate?.spec?.backoffLimit == 2)
    }
  }

  @Test("policy/v1 PodDisruptionBudget", arguments: NewerServer.available)
  func budget(server: NewerServer) async throws {
    try await server.run("pdb") { api in
      let budget = try await keeps(
        PodDisruptionBudget.self, "spec",
        of: [
          "metadata": ["name": "b"],
          "spec": [
            "maxUnavailable": "30%", "selector": ["matchLabels": ["a": "b"]],
            "unhealthyPodEvictionPolicy": "AlwaysAllow",
          ],
        ], in: api)
      #expect(budget.spec?.unhealthyPodEvictionPolicy == "AlwaysAllow")
    }
  }

  @Test("discovery.k8s.io/v1 EndpointSlice", arguments: NewerServer.available)
  func slice(server: NewerServer) async throws {
    try await server.run("endpointslice") { api in
      let slice = try await keeps(
        EndpointSlice.self, "addressType", "endpoints", "ports",
        of: [
          "metadata": ["name": "e"], "addressType": "IPv4",
          "endpoints": [
            [
              "addresses": ["192.0.2.7"], "conditions": ["ready": true, "serving": true, "terminating": false],
              "hostname": "h", "zone": "z", "hints": ["forZones": [["name": "z"]]],
              "targetRef": ["kind": "Pod", "name": "p"],
            ]
          ],
          "ports": [["name": "http", "port": 80, "protocol": "TCP", "appProtocol": "h2c"]],
        ], in: api)
      #expect(slice.endpoints?.first?.zone == "z" && slice.ports?.first?.port == 80)
    }
  }

  @Test("autoscaling/v2 HorizontalPodAutoscaler", arguments: NewerServer.available)
  func autoscaler(server: NewerServer) async throws {
    try await server.run("hpa") { api in
      let scaler = try await keeps(
        HorizontalPodAutoscaler.self, "spec",
        of: [
          "metadata": ["name": "h"],
          "spec": [
            "scaleTargetRef": ["apiVersion": "apps/v1", "kind": "Deployment", "name": "d"], "minReplicas": 1,
            "maxReplicas": 3,
            "metrics": [
              [
                "type": "Resource",
                "resource": ["name": "cpu", "target": ["type": "Utilization", "averageUtilization": 50]],
              ],
              [
                "type": "ContainerResource",
                "containerResource": [
                  "name": "memory", "container": "c", "target": ["type": "AverageValue", "averageValue": "1Gi"],
                ],
              ],
            ],
            "behavior": ["scaleDown": ["stabilizationWindowSeconds": 60]],
          ],
        ], in: api)
      #expect(scaler.spec?.metrics?.first?.resource?.target.averageUtilization == 50)
    }
  }

  @Test(
    "they are found by what a person calls them, in the version that the types have", arguments: NewerServer.available)
  func discovery(server: NewerServer) async throws {
    try await server.run("discovery") { api in
      let directory = try await api.client.discover()
      #expect(directory.missing.isEmpty)
      for (word, type) in [
        ("cj", CronJob.resource), ("pdb", PodDisruptionBudget.resource), ("endpointslice", EndpointSlice.resource),
        ("hpa", HorizontalPodAutoscaler.resource),
      ] {
        #expect(try directory.find(word).type == type)
      }
      // A server of 1.20 says no singular.
      #expect(try directory.find("configmap").singular == "configmap")
      let gone = #expect(throws: KubernetesError.self) {
        try directory.find(apiVersion: "policy/v1beta1", kind: "PodDisruptionBudget")
      }
      #expect(gone?.message == "the API server has no 'policy/v1beta1 PodDisruptionBudget'; it has policy/v1")
    }
  }
}
