/// An object's metadata and nothing else: enough to know what is there, for a fraction of the bytes.
///
/// Asked for by the Accept header ``accept``; the server then sends it for objects of any kind.
public struct PartialObject: KubernetesObject, Hashable {
  public var metadata: ObjectMeta

  /// The Accept header of a request for single objects and watches.
  public static let accept = "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io"
  /// The Accept header of a request for a list.
  public static let acceptList = "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io"

  public init(metadata: ObjectMeta) { self.metadata = metadata }

  private enum CodingKeys: String, CodingKey { case metadata }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    metadata = try container.decodeIfPresent(ObjectMeta.self, forKey: .metadata) ?? ObjectMeta()
  }
}
