import Testing

@testable import Kubernetes

/// What may be written back whole must lose nothing: each sample has every field that today's servers know.
@Suite struct CompleteObjectTests {
  private static let metadata = #"""
    "metadata":{"name":"a","generateName":"b","namespace":"c","labels":{"d":"e"},"annotations":{"f":"g"},
    "finalizers":["h"],"ownerReferences":[{"apiVersion":"v1","kind":"K","name":"n","uid":"u","controller":true,
    "blockOwnerDeletion":false}],"uid":"i","resourceVersion":"1","generation":2,"selfLink":"/x",
    "creationTimestamp":"2026-11-27T16:31:36Z","deletionTimestamp":"2026-11-27T16:31:37Z",
    "deletionGracePeriodSeconds":0,"managedFields":[{"manager":"m","operation":"Update","apiVersion":"v1",
    "time":"2026-11-27T16:31:36Z","fieldsType":"FieldsV1","fieldsV1":{"f:data":{".":{}}},"subresource":"status"}]}
    """#

  private func check<Object: CompleteObject & KubernetesResource>(_ type: Object.Type, _ fields: String) throws {
    let head = #""apiVersion":"\#(type.resource.apiVersion)","kind":"\#(type.resource.kind)","#
    let json = "{\(head)\(Self.metadata),\(fields)}"
    let value = try JSONReader.parse(Array(json.utf8))
    let object = try Object.decode(.init(string: json))
    #expect(try JSONValue(encoding: object) == value)
    #expect(try JSONValue(encoding: DynamicObject.decode(.init(string: json))) == value)
  }

  @Test("Nothing is lost between reading and writing")
  func nothingLost() throws {
    try check(
      Lease.self,
      #""spec":{"holderIdentity":"a","leaseDurationSeconds":15,"acquireTime":"2026-11-27T16:31:36.000001Z","renewTime":"2026-11-27T16:31:36.100000Z","leaseTransitions":3,"strategy":"OldestEmulationVersion","preferredHolder":"b"}"#
    )
    try check(ConfigMap.self, #""data":{"a":"b"},"binaryData":{"c":"/w=="},"immutable":true"#)
    try check(SecretObject.self, #""data":{"a":"/w=="},"type":"Opaque","immutable":false"#)
    try check(
      ServiceAccount.self,
      #""secrets":[{"name":"s","namespace":"n","kind":"k","uid":"u","apiVersion":"v1","resourceVersion":"1","fieldPath":"p"}],"imagePullSecrets":[{"name":"p"}],"automountServiceAccountToken":false"#
    )
    try check(
      Endpoints.self,
      #""subsets":[{"addresses":[{"ip":"1.2.3.4","hostname":"h","nodeName":"n","targetRef":{"kind":"Pod","name":"p"}}],"notReadyAddresses":[{"ip":"1.2.3.5"}],"ports":[{"name":"a","port":80,"protocol":"TCP","appProtocol":"http"}]}]"#
    )
    try check(
      LimitRange.self,
      #""spec":{"limits":[{"type":"Pod","max":{"cpu":"1"},"min":{"cpu":"1m"},"default":{"cpu":"2m"},"defaultRequest":{"memory":"1Gi"},"maxLimitRequestRatio":{"cpu":"3"}}]}"#
    )
    try check(
      PriorityClass.self, #""value":1000,"globalDefault":true,"description":"d","preemptionPolicy":"Never""#)
    let rule =
      #"{"verbs":["get"],"apiGroups":[""],"resources":["pods"],"resourceNames":["a"],"nonResourceURLs":["/x"]}"#
    try check(Role.self, #""rules":[\#(rule)]"#)
    try check(
      ClusterRole.self, #""rules":[\#(rule)],"aggregationRule":{"clusterRoleSelectors":[{"matchLabels":{"a":"b"}}]}"#)
    let binding =
      #""roleRef":{"apiGroup":"g","kind":"Role","name":"r"},"subjects":[{"kind":"User","name":"u","apiGroup":"g","namespace":"n"}]"#
    try check(RoleBinding.self, binding)
    try check(ClusterRoleBinding.self, binding)
  }
}
