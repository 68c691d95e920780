/// Copies an image, or an index with all its images, from one place to another.
///
/// Everything is checked against its digest on the way, whoever it comes from. What the destination has already is not read.
/// Blobs go first, then the manifests that point to them, then the index, and the tag with the last: whoever reads the destination
/// meanwhile, or after a failure, finds whole images only. A copy can be repeated.
public struct ImageCopy: Sendable {
  /// What is copied, and how.
  public struct Options: Sendable {
    /// Of an index, only the image for this platform. Nil: the index with all its images.
    public var platform: Platform?
    /// How many blobs at a time; at least 1.
    public var parallelism = 4

    public init(platform: Platform? = nil, parallelism: Int = 4) {
      self.platform = platform
      self.parallelism = parallelism
    }
  }

  /// How far it is; ends when ``run()`` does. For one reader; who reads slowly misses pictures, never the last one.
  public let progress: AsyncStream<CopyProgress>
  private let source: any ImageSource
  private let reference: ManifestReference?
  private let destination: any ImageDestination
  private let tag: String?
  private let options: Options
  private let counter: CopyCounter

  /// - Parameters:
  ///   - reference: nil: the source's only image.
  ///   - tag: nil: to be found by its digest only.
  public init(
    from source: any ImageSource, _ reference: ManifestReference?, to destination: any ImageDestination, tag: String?,
    options: Options = Options()
  ) {
    let (stream, continuation) = AsyncStream.makeStream(of: CopyProgress.self, bufferingPolicy: .bufferingNewest(1))
    progress = stream
    counter = CopyCounter(continuation)
    self.source = source
    self.reference = reference
    self.destination = destination
    self.tag = tag
    self.options = options
  }

  /// Copies. To be called once.
  ///
  /// - Returns: what was copied.
  /// - Throws: ``OCIError``; `CancellationError` when the task is cancelled.
  public func run() async throws -> Descriptor {
    defer { counter.end() }
    do {
      return try await copy()
    } catch {
      await destination.abandon()
      throw error
    }
  }

  private func copy() async throws -> Descriptor {
    var plan = CopyPlan()
    let image = try await root()
    if !destination.takesIndexes, image.descriptor.mediaType.isIndex {
      throw OCIError(
        .unsupported, "the destination cannot hold an index of several images; choose the image of one platform")
    }
    try await add(image, to: &plan, depth: 0)
    let (blobs, bytes, manifests) = (plan.blobs, plan.bytes, plan.manifests)
    counter.change { state in
      (state.blobs, state.bytes, state.manifests) = (blobs.count, bytes, manifests.count)
    }
    try await copy(blobs)
    for manifest in manifests {
      try Task.checkCancellation()
      let isRoot = manifest.descriptor.digest == image.descriptor.digest
      try await destination.putManifest(manifest.content, manifest.descriptor, tag: isRoot ? tag : nil)
      counter.change { $0.manifestsDone += 1 }
    }
    try await destination.finish()
    return image.descriptor
  }

  /// The image or index that is asked for.
  private func root() async throws -> CopyPlan.Manifest {
    let found = try await ManifestReading.fetch(source, reference)
    guard let platform = options.platform, case .index(let index) = found.content else {
      return CopyPlan.Manifest(content: found.bytes, descriptor: found.descriptor)
    }
    let chosen = try await ManifestReading.image(source, in: index, for: platform)
    return CopyPlan.Manifest(content: chosen.bytes, descriptor: chosen.descriptor)
  }

  private func add(_ manifest: CopyPlan.Manifest, to plan: inout CopyPlan, depth: Int) async throws {
    guard depth <= CopyPlan.maximumDepth else {
      throw OCIError(
        .badImage, "the index \(manifest.descriptor.digest) is nested more than \(CopyPlan.maximumDepth) deep")
    }
    let content = try ManifestContent(manifest.content, mediaType: manifest.descriptor.mediaType)
    if case .index(let index) = content {
      for child in index.manifests where !plan.has(child.digest) {
        let found = try await ManifestReading.fetch(source, child)
        try await add(
          CopyPlan.Manifest(content: found.bytes, descriptor: found.descriptor), to: &plan, depth: depth + 1)
      }
    }
    try plan.add(manifest, content)
  }

  private func copy(_ blobs: [Descriptor]) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      var rest = blobs[...]
      for blob in rest.prefix(max(1, options.parallelism)) { group.addTask { try await copy(blob) } }
      rest = rest.dropFirst(max(1, options.parallelism))
      while try await group.next() != nil {
        if let blob = rest.popFirst() { group.addTask { try await copy(blob) } }
      }
    }
  }

  private func copy(_ blob: Descriptor) async throws {
    if try await destination.hasBlob(blob) {
      counter.change { state in
        state.blobsDone += 1
        state.blobsSkipped += 1
        state.bytesSkipped += blob.size
      }
      return
    }
    let checked = ResumableBlob(source, blob)
    let origin = (source as? any OriginatingSource)?.origin(of: blob)
    let counter = counter
    try await destination.putBlob(
      blob, origin: origin, progress: { count in counter.change { $0.bytesDone += count } },
      open: { offset in try await checked.open(offset) })
    counter.change { $0.blobsDone += 1 }
  }
}
