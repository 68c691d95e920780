import Kubernetes

/// A service is of one family of addresses, which cannot be changed in place; and what is behind it is reached only by its own.
extension ClusterObserver {
  /// `IPv4` or `IPv6`; nil: it is not said.
  static func family(of service: DynamicObject?) -> String? {
    if let family = service?["spec", "ipFamilies", 0]?.string { return family }
    guard let address = service?["spec", "clusterIP"]?.string, address != "None", !address.isEmpty else { return nil }
    return address.contains(":") ? "IPv6" : "IPv4"
  }

  /// Whether a service that is there is for another family than the wanted one.
  static func changesFamily(_ wanted: WantedObject, _ current: DynamicObject?) -> Bool {
    guard wanted.type.kind == "Service", let live = family(of: current), let new = family(of: wanted.object) else {
      return false
    }
    return live != new
  }

  /// Whether the server would make the service anew for the other family: it is asked before the one that is there goes.
  func tryFamily(_ wanted: WantedObject, _ result: inout ObservedCluster.Object) async throws {
    var object = wanted.object
    object["metadata", "name"] = .string("\(wanted.name)-trial")
    let wish = Self.family(of: object) ?? ""
    var reason = "it makes services for its own family only"
    do {
      let made = try await client.resources(DynamicObject.self, of: wanted.type, in: namespace)
        .create(object, WriteOptions(isDryRun: true, manager: WorkerNames.manager))
      // One that knows no families drops the field without a word.
      if made["spec", "ipFamilies", 0]?.string == wish {
        result.isImmutable = true
        return
      }
    } catch let error as KubernetesError where error.code == .refused {
      guard let code = error.status?.code, [400, 403, 422].contains(code) else { throw error }
      reason = error.message
    }
    result.refusal =
      "\(wanted.title) would have to be one for \(wish), which this cluster does not make (\(reason)), and nothing was changed; "
      + "give the coordinator's name instead of its address, or an address of the other family"
  }
}
