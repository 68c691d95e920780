/// What a path of the API means.
enum FakeRoute {
  case version, health, coreVersions, groups
  case group(String)
  case resources(group: String, version: String)
  case objects(FakePlace)
  /// A group or version that nobody serves: the real server answers with plain text.
  case nothing
  /// A resource that its group does not have.
  case noResource

  init(_ path: String, _ kinds: [FakeKind]) {
    let steps = path.split(separator: "/", omittingEmptySubsequences: true).map { Self.unescaped($0) }
    switch steps.first {
    case "version": self = steps.count == 1 ? .version : .nothing
    case "readyz", "healthz", "livez": self = .health
    case "api":
      if steps.count == 1 { self = .coreVersions } else { self.init("", steps[1], steps.dropFirst(2), kinds) }
    case "apis":
      switch steps.count {
      case 1: self = .groups
      case 2: self = kinds.contains { $0.resource.group == steps[1] } ? .group(steps[1]) : .nothing
      default: self.init(steps[1], steps[2], steps.dropFirst(3), kinds)
      }
    default: self = .nothing
    }
  }

  private init(_ group: String, _ version: String, _ steps: ArraySlice<String>, _ kinds: [FakeKind]) {
    let served = kinds.filter { $0.resource.group == group && $0.versions.contains(version) }
    let isReview = group == "authorization.k8s.io" && version == "v1"
    guard !served.isEmpty || isReview else {
      self = .nothing
      return
    }
    if steps.isEmpty {
      self = .resources(group: group, version: version)
      return
    }
    var steps = Array(steps)
    var namespace: String?
    // `namespaces/a/pods` is in a namespace; `namespaces/a` and `namespaces/a/status` are the namespace itself.
    if steps.count > 2, steps[0] == "namespaces", !(group.isEmpty && ["status", "finalize"].contains(steps[2])) {
      namespace = steps[1]
      steps.removeFirst(2)
    }
    guard let kind = served.first(where: { $0.resource.plural == steps[0] }), steps.count <= 3,
      kind.resource.isNamespaced ? namespace != nil || steps.count == 1 : namespace == nil
    else {
      self = .noResource
      return
    }
    self = .objects(
      FakePlace(
        kind: kind, version: version, namespace: namespace, name: steps.count > 1 ? steps[1] : nil,
        subresource: steps.count > 2 ? steps[2] : nil))
  }

  private static func unescaped(_ text: Substring) -> String {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "%"), rest.count >= 2,
        let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
      {
        bytes.append(value)
        rest = rest.dropFirst(2)
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
