/// One kind that a ``FakeCluster`` serves, and in which ways it differs from others.
public struct FakeKind: Sendable {
  /// Group, plural, kind and scope; its `version` is the one that discovery prefers.
  public var resource: ResourceType
  /// All versions under which the same objects are served; the fake changes only their `apiVersion`.
  public var versions: [String]
  public var shortNames: [String] = []
  public var categories: [String] = []
  /// Whether `status` is written only through `/status`, and everything else not through it.
  public var hasStatus = false
  /// Whether there is a `/scale` over `spec.replicas`.
  public var hasScale = false
  /// Whether `metadata.generation` counts the changes of `spec`.
  public var countsGenerations = false
  /// Whether the kind is known only by its definition: lists are written whole, and `resourceVersion` is demanded.
  public var isCustom = false
  /// Whether deleting one answers with the object instead of a `Status`.
  var returnsDeleted = false
  /// Whether `replace` may leave `resourceVersion` out.
  var mayReplaceBlindly = true
  /// Whether `replace` creates what is not there.
  var createsOnReplace = false
  /// What `delete` does to dependents when the caller does not say.
  var orphansByDefault = false
  /// What besides `status` and `scale` stands in discovery, as `log`.
  var parts: [String] = []

  /// A kind of the caller's own, as a CustomResourceDefinition makes it.
  ///
  /// - Parameter versions: more versions than that of `resource`, if there are.
  public init(
    custom resource: ResourceType, versions: [String] = [], shortNames: [String] = [], hasStatus: Bool = false,
    hasScale: Bool = false
  ) {
    self.init(resource, versions, shortNames)
    self.hasStatus = hasStatus
    self.hasScale = hasScale
    countsGenerations = true
    isCustom = true
    returnsDeleted = false
    mayReplaceBlindly = false
  }

  init(_ resource: ResourceType, _ versions: [String], _ shortNames: [String]) {
    self.resource = resource
    self.versions = versions.contains(resource.version) ? versions : [resource.version] + versions
    self.shortNames = shortNames
  }

  /// Where its objects are kept: `pods`, `deployments.apps`.
  var shelf: String { resource.group.isEmpty ? resource.plural : "\(resource.plural).\(resource.group)" }

  func apiVersion(_ version: String) -> String {
    resource.group.isEmpty ? version : "\(resource.group)/\(version)"
  }
}
