/// How many copies of something there are to be, and are: the `scale` of a deployment or of anything else that has one.
///
/// Source of the format: `autoscaling/v1.Scale`.
public struct Scale: KubernetesObject, Hashable {
  public var metadata: ObjectMeta
  /// How many there are to be.
  public var replicas: Int
  /// How many there are.
  public var currentReplicas: Int
  /// The labels of the copies, as a selector in text form.
  public var selector: String?

  private enum CodingKeys: String, CodingKey { case metadata, spec, status }
  private struct Spec: Decodable { var replicas: Int? }
  private struct Now: Decodable {
    var replicas: Int?
    var selector: String?
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    metadata = try container.decode(ObjectMeta.self, forKey: .metadata)
    replicas = try container.decodeIfPresent(Spec.self, forKey: .spec)?.replicas ?? 0
    let now = try container.decodeIfPresent(Now.self, forKey: .status)
    currentReplicas = now?.replicas ?? 0
    selector = now?.selector
  }
}

extension ResourceClient {
  /// How many copies there are to be, and are.
  public func scale(_ name: String) async throws -> Scale {
    try await reading(Scale.self).get(name, subresource: "scale")
  }

  /// Sets how many copies there are to be. Returns at once; the copies come and go afterwards.
  @discardableResult
  public func scale(
    _ name: String, to replicas: Int, _ options: WriteOptions = WriteOptions()
  ) async throws -> Scale {
    let change: JSONValue = .object(["spec": .object(["replicas": .integer(Int64(replicas))])])
    return try await reading(Scale.self).patch(name, try .merge(change), subresource: "scale", options)
  }
}
