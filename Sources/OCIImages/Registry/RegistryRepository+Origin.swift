extension RegistryRepository: OriginatingSource {
  public func origin(of descriptor: Descriptor) -> BlobOrigin? { BlobOrigin(registry: registry, repository: name) }
}
