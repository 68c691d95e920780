import Foundation

/// An image while it is built: what there is of it so far.
struct ImageAssembly {
  private struct LayerKey: Hashable {
    let recipe: LayerRecipe
    let below: Set<ArchivePath>
    let hasBase: Bool
    let realFolders: Set<String>
  }

  private let folder: TemporaryFolder
  private let writer: LayerWriter
  private let created: String
  private var manifests: [Digest: [UInt8]] = [:]
  private var configurations: [Digest: [UInt8]] = [:]
  private var borrowed: [Digest: any ImageSource] = [:]
  /// Platforms that share a layer share its file.
  private var layers: [LayerKey: (layer: BuiltLayer, directories: Set<ArchivePath>)] = [:]

  init(_ builder: ImageBuilder) throws(OCIError) {
    folder = try TemporaryFolder(in: builder.temporaryFolder)
    writer = LayerWriter(
      blobs: FolderOfBlobs(path: folder.path, temporary: folder.path, isDurable: false),
      compression: builder.compression, modified: builder.time)
    created = Date(timeIntervalSince1970: TimeInterval(builder.time)).formatted(.iso8601)
  }

  /// Builds what a recipe says.
  ///
  /// - Returns: the image, with its platform.
  mutating func add(_ recipe: ImageRecipe) async throws -> Descriptor {
    let base = try await BaseImage.load(recipe)
    var configuration = base?.configuration ?? ImageConfiguration(platform: recipe.platform)
    // On a base for an older machine, what is added makes it an image for the recipe's.
    if configuration.platform.normalized != recipe.platform.normalized { configuration.platform = recipe.platform }
    var stack = base?.layers ?? []
    if let base {
      for layer in base.layers { borrowed[layer.digest] = base.source }
    }
    var below: Set<ArchivePath> = []
    // A history that does not fit to its layers is no help to anybody, and some programs refuse an image for it.
    var history = configuration.history
    let fits = history.filter { !($0.emptyLayer ?? false) }.count == configuration.diffIDs.count
    for layer in recipe.layers {
      let (built, directories) = try await build(
        layer, below: below, hasBase: base != nil, realFolders: recipe.realFolders)
      below.formUnion(directories)
      stack.append(built.descriptor)
      configuration.diffIDs.append(built.diffID)
      history.append(
        HistoryEntry(
          created: created, createdBy: "layer from files", comment: layer.comment.isEmpty ? nil : layer.comment))
    }
    configuration.history = fits ? history : []
    configuration.created = created
    try recipe.changes.apply(to: &configuration)
    let content = try configuration.encoded()
    let config = Descriptor(mediaType: .ociConfiguration, digest: .of(content), size: Int64(content.count))
    configurations[config.digest] = content
    var annotations = base?.annotations ?? [:]
    annotations.merge(recipe.annotations) { $1 }
    let manifest = try ImageManifest(
      config: config, layers: stack, annotations: annotations.isEmpty ? nil : annotations
    ).encoded()
    return add(manifest, .ociManifest, configuration.platform)
  }

  mutating func add(_ index: ImageIndex) throws(OCIError) -> Descriptor {
    add(try index.encoded(), .ociIndex, nil)
  }

  private mutating func add(_ content: [UInt8], _ type: MediaType, _ platform: Platform?) -> Descriptor {
    let digest = Digest.of(content)
    manifests[digest] = content
    return Descriptor(mediaType: type, digest: digest, size: Int64(content.count), platform: platform)
  }

  func finish(_ image: Descriptor) -> BuiltImage {
    BuiltImage(
      descriptor: image, manifests: manifests, configurations: configurations, blobs: writer.blobs, folder: folder,
      borrowed: borrowed)
  }

  private mutating func build(
    _ recipe: LayerRecipe, below: Set<ArchivePath>, hasBase: Bool, realFolders: Set<String>
  ) async throws -> (layer: BuiltLayer, directories: Set<ArchivePath>) {
    let key = LayerKey(recipe: recipe, below: below, hasBase: hasBase, realFolders: realFolders)
    if let known = layers[key] { return known }
    let built = try await Offload.run { [writer] cancellation in
      let plan = try LayerGathering.plan(
        recipe, below: below, hasBase: hasBase, realFolders: realFolders, cancellation)
      return (layer: try writer.write(plan, cancellation), directories: plan.directories)
    }
    layers[key] = built
    return built
  }
}
