import Kubernetes
import MusterCore

/// What each worker asks for: requests, limits and GPUs, as a kubelet would take them.
struct ResourceResolution {
  private let reader: ValueReader

  static let gpuResource = "nvidia.com/gpu"
  private static let plain = ["cpu", "memory", "ephemeral-storage"]

  init(_ reader: ValueReader) { self.reader = reader }

  func resolve() -> (requests: [String: Quantity], limits: [String: Quantity]) {
    var requests = amounts(.requests)
    var limits = amounts(.limits)
    addGPUs(&requests, &limits)
    for (name, request) in requests.sorted(by: { $0.key < $1.key }) {
      guard let limit = limits[name] else {
        // Kubernetes takes extended resources only as limits, and makes requests of them.
        if name.contains("/") { limits[name] = request }
        continue
      }
      if request.value > limit.value {
        report(.requests, name, request.source, "\(request.value) is over its limit, \(limit.value)")
      } else if name.contains("/"), request.value != limit.value {
        report(
          .requests, name, request.source,
          "\(request.value) is not its limit, \(limit.value), and of such a resource both are the same")
      }
    }
    return (requests.mapValues(\.value), limits.mapValues(\.value))
  }

  private func amounts(_ map: ValueMap) -> [String: Located<Quantity>] {
    var amounts: [String: Located<Quantity>] = [:]
    for (name, text) in reader.entries(map).sorted(by: { $0.key < $1.key }) {
      if let fault = Self.fault(name) {
        report(map, name, text.source, fault)
        continue
      }
      guard let amount = reader.parsed(text, "\(map.rawValue).\(BadText.shown(name))", ValueText.quantity) else {
        continue
      }
      if name.contains("/"), amount.value != Quantity(amount.value.value) {
        report(
          map, name, text.source, "\(BadText.quoted(text.value)) is no whole number, and such a resource has no parts")
        continue
      }
      amounts[name] = amount
    }
    return amounts
  }

  private func addGPUs(_ requests: inout [String: Located<Quantity>], _ limits: inout [String: Located<Quantity>]) {
    let resource = reader.value(.gpuResource) { (text) throws(BadText) in
      guard text.contains("/"), NameRules.labelKeyFault(text) == nil else {
        throw BadText("\(BadText.quoted(text)) is no resource of a device; write it as \(Self.gpuResource)")
      }
      return text
    }
    guard let count = reader.value(.gpus, ValueText.integer(0...1024)), count.value > 0 else { return }
    let name = resource?.value ?? Self.gpuResource
    if requests[name] != nil || limits[name] != nil {
      reader.problems.add(
        count.source, ValueKey.gpus.rawValue, "'\(name)' stands under requests or limits too; say it once")
      return
    }
    let amount = Located(Quantity(Int64(count.value)), count.source)
    requests[name] = amount
    limits[name] = amount
  }

  /// Nil: a resource can have the name.
  private static func fault(_ name: String) -> String? {
    if name.contains("/") {
      return NameRules.labelKeyFault(name).map { "it is no name of a resource: \($0)" }
    }
    if plain.contains(name) || name.hasPrefix("hugepages-") && NameRules.labelKeyFault(name) == nil { return nil }
    let cure =
      ClosestName.of(name, among: plain).map { "did you mean '\($0)'?" }
      ?? "write cpu, memory, ephemeral-storage, or a device's as \(gpuResource)"
    return "there is no such resource; \(cure)"
  }

  private func report(_ map: ValueMap, _ name: String, _ source: ValueSource, _ text: String) {
    // A flag's name does not say which entry is meant.
    let subject = if case .flag = source { "\(BadText.shown(name)): " } else { "" }
    reader.problems.add(source, "\(map.rawValue).\(BadText.shown(name))", subject + text)
  }
}
