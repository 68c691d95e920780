/// A source that knows from which registry a blob comes, so that a registry can mount it instead of having it sent again.
public protocol OriginatingSource: ImageSource {
  /// Nil if the blob is not from a registry.
  func origin(of descriptor: Descriptor) -> BlobOrigin?
}
