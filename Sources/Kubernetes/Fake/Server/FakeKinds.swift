/// The kinds that every ``FakeCluster`` knows, as discovery of a real server describes them.
enum FakeKinds {
  static let builtIn: [FakeKind] = core + workloads + others

  private static let core: [FakeKind] = [
    kind("", ["v1"], "configmaps", "ConfigMap", ["cm"]),
    kind("", ["v1"], "endpoints", "Endpoints", ["ep"]) { $0.createsOnReplace = true },
    kind("", ["v1"], "events", "Event", ["ev"]) { $0.createsOnReplace = true },
    kind("", ["v1"], "limitranges", "LimitRange", ["limits"]) { $0.createsOnReplace = true },
    kind("", ["v1"], "namespaces", "Namespace", ["ns"], namespaced: false) {
      $0.hasStatus = true
      $0.returnsDeleted = true
    },
    kind("", ["v1"], "nodes", "Node", ["no"], namespaced: false) { $0.hasStatus = true },
    kind("", ["v1"], "persistentvolumeclaims", "PersistentVolumeClaim", ["pvc"]) {
      $0.hasStatus = true
      $0.returnsDeleted = true
    },
    kind("", ["v1"], "persistentvolumes", "PersistentVolume", ["pv"], namespaced: false) {
      $0.hasStatus = true
      $0.returnsDeleted = true
    },
    kind("", ["v1"], "pods", "Pod", ["po"]) {
      $0.hasStatus = true
      $0.returnsDeleted = true
      $0.categories = ["all"]
      $0.parts = ["attach", "eviction", "exec", "log", "portforward"]
    },
    kind("", ["v1"], "podtemplates", "PodTemplate", []) {
      $0.returnsDeleted = true
      $0.countsGenerations = true
    },
    kind("", ["v1"], "replicationcontrollers", "ReplicationController", ["rc"]) {
      $0.hasStatus = true
      $0.hasScale = true
      $0.countsGenerations = true
      $0.orphansByDefault = true
      $0.categories = ["all"]
    },
    kind("", ["v1"], "resourcequotas", "ResourceQuota", ["quota"]) {
      $0.hasStatus = true
      $0.returnsDeleted = true
    },
    kind("", ["v1"], "secrets", "Secret", []),
    kind("", ["v1"], "serviceaccounts", "ServiceAccount", ["sa"]) { $0.returnsDeleted = true },
    kind("", ["v1"], "services", "Service", ["svc"]) {
      $0.hasStatus = true
      $0.categories = ["all"]
    },
  ]

  private static let workloads: [FakeKind] = [
    kind("apps", ["v1"], "controllerrevisions", "ControllerRevision", []),
    workload("apps", ["v1"], "daemonsets", "DaemonSet", ["ds"]),
    workload("apps", ["v1"], "deployments", "Deployment", ["deploy"]) { $0.hasScale = true },
    workload("apps", ["v1"], "replicasets", "ReplicaSet", ["rs"]) { $0.hasScale = true },
    workload("apps", ["v1"], "statefulsets", "StatefulSet", ["sts"]) { $0.hasScale = true },
    workload("batch", ["v1"], "jobs", "Job", []) {
      $0.countsGenerations = false
      $0.orphansByDefault = true
    },
    workload("batch", ["v1", "v1beta1"], "cronjobs", "CronJob", ["cj"]) { $0.countsGenerations = false },
    workload("autoscaling", ["v1", "v2", "v2beta2"], "horizontalpodautoscalers", "HorizontalPodAutoscaler", ["hpa"]) {
      $0.countsGenerations = false
    },
  ]

  private static let others: [FakeKind] = [
    kind("networking.k8s.io", ["v1"], "ingresses", "Ingress", ["ing"]) {
      $0.hasStatus = true
      $0.countsGenerations = true
    },
    kind("networking.k8s.io", ["v1"], "ingressclasses", "IngressClass", [], namespaced: false) {
      $0.countsGenerations = true
    },
    kind("networking.k8s.io", ["v1"], "networkpolicies", "NetworkPolicy", ["netpol"]) { $0.countsGenerations = true },
    kind("policy", ["v1", "v1beta1"], "poddisruptionbudgets", "PodDisruptionBudget", ["pdb"]) {
      $0.hasStatus = true
      $0.countsGenerations = true
      $0.mayReplaceBlindly = false
    },
    kind("discovery.k8s.io", ["v1", "v1beta1"], "endpointslices", "EndpointSlice", []) { $0.countsGenerations = true },
    kind("events.k8s.io", ["v1"], "events", "Event", ["ev"]),
    kind("coordination.k8s.io", ["v1"], "leases", "Lease", []) {
      $0.mayReplaceBlindly = false
      $0.createsOnReplace = true
    },
    kind("rbac.authorization.k8s.io", ["v1"], "roles", "Role", []) { $0.createsOnReplace = true },
    kind("rbac.authorization.k8s.io", ["v1"], "rolebindings", "RoleBinding", []) { $0.createsOnReplace = true },
    kind("rbac.authorization.k8s.io", ["v1"], "clusterroles", "ClusterRole", [], namespaced: false) {
      $0.createsOnReplace = true
    },
    kind("rbac.authorization.k8s.io", ["v1"], "clusterrolebindings", "ClusterRoleBinding", [], namespaced: false) {
      $0.createsOnReplace = true
    },
    kind(
      "apiextensions.k8s.io", ["v1"], "customresourcedefinitions", "CustomResourceDefinition", ["crd", "crds"],
      namespaced: false
    ) {
      $0.categories = ["api-extensions"]
      $0.hasStatus = true
      $0.countsGenerations = true
      $0.mayReplaceBlindly = false
    },
    kind("storage.k8s.io", ["v1"], "storageclasses", "StorageClass", ["sc"], namespaced: false),
    kind("scheduling.k8s.io", ["v1"], "priorityclasses", "PriorityClass", ["pc"], namespaced: false) {
      $0.countsGenerations = true
    },
    kind(
      "admissionregistration.k8s.io", ["v1"], "validatingwebhookconfigurations", "ValidatingWebhookConfiguration", [],
      namespaced: false
    ) {
      $0.countsGenerations = true
      $0.categories = ["api-extensions"]
    },
    kind(
      "admissionregistration.k8s.io", ["v1"], "mutatingwebhookconfigurations", "MutatingWebhookConfiguration", [],
      namespaced: false
    ) {
      $0.countsGenerations = true
      $0.categories = ["api-extensions"]
    },
  ]

  private static func kind(
    _ group: String, _ versions: [String], _ plural: String, _ kind: String, _ shortNames: [String],
    namespaced: Bool = true, _ change: (inout FakeKind) -> Void = { _ in }
  ) -> FakeKind {
    let resource = ResourceType(
      group: group, version: versions.first ?? "v1", plural: plural, kind: kind, isNamespaced: namespaced)
    var result = FakeKind(resource, versions, shortNames)
    change(&result)
    return result
  }

  private static func workload(
    _ group: String, _ versions: [String], _ plural: String, _ name: String, _ shortNames: [String],
    _ change: (inout FakeKind) -> Void = { _ in }
  ) -> FakeKind {
    kind(group, versions, plural, name, shortNames) {
      $0.hasStatus = true
      $0.countsGenerations = true
      $0.categories = ["all"]
      change(&$0)
    }
  }
}
