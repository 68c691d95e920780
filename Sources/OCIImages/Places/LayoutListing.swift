/// What the `index.json` of an OCI layout lists, and how it changes.
struct LayoutListing: Sendable {
  private(set) var index: ImageIndex

  init(_ index: ImageIndex) {
    self.index = index
    if self.index.mediaType == nil { self.index.mediaType = .ociIndex }
  }

  /// - Parameter layout: names it in an error.
  /// - Throws: ``OCIError`` (`image_unsupported`) if it would be larger than what is read again: the layout could not be used any more.
  func encoded(_ layout: String) throws(OCIError) -> [UInt8] {
    let bytes = try index.encoded()
    guard index.manifests.count <= ImageIndex.maximumManifests, bytes.count <= ImageJSON.maximumSize else {
      throw OCIError(
        .unsupported,
        "the layout '\(layout)' is full: its index.json can list \(ImageIndex.maximumManifests) images in 4 MiB; use another folder",
        details: ["path": layout])
    }
    return bytes
  }

  /// Lists a manifest that is stored.
  ///
  /// A tag moves: who had it loses it. What an index points to, and nobody named, need not be listed by itself any more.
  mutating func put(_ descriptor: Descriptor, _ content: ManifestContent, tag: String?) {
    var listed = descriptor
    listed.annotations?[OCILayout.referenceAnnotation] = nil
    if let tag { listed.annotations = (listed.annotations ?? [:]).merging([OCILayout.referenceAnnotation: tag]) { $1 } }
    if listed.annotations?.isEmpty ?? false { listed.annotations = nil }
    let before = index.manifests.first { $0.digest == listed.digest }
    if listed.platform == nil { listed.platform = before?.platform }
    if listed.others.isEmpty { listed.others = before?.others ?? [:] }
    var children: Set<Digest> = []
    if case .index(let inner) = content { children = Set(inner.manifests.map(\.digest)) }
    index.manifests.removeAll { other in
      let name = other.annotations?[OCILayout.referenceAnnotation]
      if name == nil { return other.digest == listed.digest || children.contains(other.digest) }
      return name == tag
    }
    guard tag != nil || !index.manifests.contains(where: { $0.digest == listed.digest }) else { return }
    index.manifests.append(listed)
  }
}
