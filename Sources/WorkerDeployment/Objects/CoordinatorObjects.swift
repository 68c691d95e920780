import Kubernetes

/// The service `cluster-coordinator`, and what stands behind it: how pods reach a coordinator outside of the cluster.
///
/// The service has no selector, so that the addresses behind it are ours to write, and pointing it elsewhere changes nothing
/// of the pods.
struct CoordinatorObjects {
  let target: Upstream.Service
  let abilities: ClusterAbilities

  /// Of the service and of what is behind it: they find each other by it.
  private static let port: JSONValue = "http"

  /// Nil where the server copies Endpoints into slices itself, or knows no slices.
  var sliceType: ResourceType? { abilities.mirrorsEndpoints ? nil : abilities.endpointSlices }

  func service(_ base: DynamicObject) -> DynamicObject {
    var object = base
    object["spec"] = [
      "ports": [["name": Self.port, "port": 80, "protocol": "TCP"]],
      // An address is only reached from a service of its own family.
      "ipFamilies": [.string(family)],
    ]
    return object
  }

  func endpoints(_ base: DynamicObject) -> DynamicObject {
    var object = base
    object["subsets"] = [
      [
        "addresses": [["ip": .string(target.address)]],
        "ports": [["name": Self.port, "port": .integer(Int64(target.port)), "protocol": "TCP"]],
      ]
    ]
    // Ours is the only slice, also should the server begin to copy.
    if sliceType != nil {
      object["metadata", "labels", .name("endpointslice.kubernetes.io/skip-mirror")] = "true"
    }
    return object
  }

  func slice(_ base: DynamicObject) -> DynamicObject {
    var object = base
    object["metadata", "labels", .name("kubernetes.io/service-name")] = .string(WorkerNames.service)
    // A slice without it would be taken for one of the server's own, and removed.
    object["metadata", "labels", .name("endpointslice.kubernetes.io/managed-by")] = .string(WorkerNames.manager)
    object["addressType"] = .string(family)
    object["endpoints"] = [["addresses": [.string(target.address)], "conditions": ["ready": true]]]
    object["ports"] = [["name": Self.port, "port": .integer(Int64(target.port)), "protocol": "TCP"]]
    return object
  }

  private var family: String { target.isIPv6 ? "IPv6" : "IPv4" }
}
