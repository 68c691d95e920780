/// One deployment of workers that may grow and shrink: `prover-cli-t` of one namespace, on one sort of nodes.
public struct AutoscalePool: Sendable, Hashable {
  /// For people, and to tell pools apart.
  public var name: String
  public var namespace: String
  public var deployment: String
  /// The most workers in it, 0…100,000.
  public var maximum: Int
  /// Of each worker, 1…65,535: how many tasks of one slot it runs at a time.
  public var slots: Int
  /// The kinds that its workers serve. Nil: all.
  public var kinds: Set<String>?

  public init(
    _ name: String, namespace: String = "default", deployment: String = WorkerNames.deployment, maximum: Int,
    slots: Int = 1, kinds: Set<String>? = nil
  ) {
    self.name = name
    self.namespace = namespace
    self.deployment = deployment
    self.maximum = maximum
    self.slots = slots
    self.kinds = kinds
  }

  func serves(_ kind: String) -> Bool { kinds?.contains(kind) ?? true }
}
