import Kubernetes

/// What each worker's pod asks for, and what of it the worker offers to its tasks.
struct PodResources {
  let requests: [String: Quantity]
  let limits: [String: Quantity]

  init(_ values: WorkerValues) {
    requests = values.requests
    var limits = values.limits
    // Of what a device plugin gives out, a request alone is refused.
    for (name, amount) in values.requests where Self.isDevice(name) && limits[name] == nil { limits[name] = amount }
    self.limits = limits
  }

  /// `nvidia.com/gpu`, and not `cpu`, `hugepages-2Mi` or what Kubernetes counts itself.
  private static func isDevice(_ name: String) -> Bool {
    guard let slash = name.firstIndex(of: "/") else { return false }
    return !name[..<slash].hasSuffix("kubernetes.io")
  }

  /// Nil: nothing is asked for.
  var object: JSONValue? {
    func amounts(_ quantities: [String: Quantity]) -> JSONValue? {
      quantities.isEmpty ? nil : .object(quantities.mapValues { .string($0.description) })
    }
    var object: [String: JSONValue] = [:]
    object["requests"] = amounts(requests)
    object["limits"] = amounts(limits)
    return object.isEmpty ? nil : .object(object)
  }

  /// A worker sees its machine and not its pod's limits: unbounded, it would start more than fits, and be killed.
  ///
  /// - Returns: values of the settings `slots`, `memory` and `gpus`.
  var offers: [(setting: String, value: String)] {
    var offers: [(setting: String, value: String)] = []
    if let cpu = limits["cpu"] { offers.append(("slots", "\(min(max(cpu.thousandths / 1000, 1), 65_535))")) }
    if let memory = limits["memory"] { offers.append(("memory", "\(max(memory.value, 1 << 20))")) }
    let gpus = limits.filter { $0.key.hasSuffix("/gpu") }.reduce(Int64(0)) { $0 + min($1.value.value, 1024) }
    if gpus > 0 { offers.append(("gpus", "\(min(gpus, 1024))")) }
    return offers
  }
}
