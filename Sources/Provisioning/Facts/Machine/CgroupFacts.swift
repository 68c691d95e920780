/// The kernel's control groups, with which Kubernetes limits what pods use.
public struct CgroupFacts: Sendable, Hashable {
  /// 1 or 2.
  public var version: Int
  /// Those that are switched on: `cpu`, `memory`.
  public var controllers: Set<String>
}
