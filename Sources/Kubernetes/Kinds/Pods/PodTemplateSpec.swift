/// What the pods of a deployment, a job and the like are made from.
public struct PodTemplateSpec: Sendable, Hashable, Codable {
  public var metadata: ObjectMeta?
  public var spec: PodSpec?

  public init(metadata: ObjectMeta? = nil, spec: PodSpec? = nil) {
    self.metadata = metadata
    self.spec = spec
  }
}
