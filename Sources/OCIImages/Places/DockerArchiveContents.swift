/// Where the parts of a docker-archive are.
struct DockerArchiveContents: Sendable {
  struct Part: Sendable {
    let position: Int64
    let size: Int64
  }

  private enum Entry {
    case file(Part)
    case link(ArchivePath)
  }

  let file: OpenFile
  /// Keeps the uncompressed archive, if there had to be one.
  private let temporary: TemporaryFolder?
  private(set) var images: [DockerArchive.Image] = []
  private(set) var manifests: [Digest: [UInt8]] = [:]
  private(set) var configurations: [Digest: [UInt8]] = [:]
  private(set) var layers: [Digest: Part] = [:]
  /// Of compressed layers, by where they begin: many images may name one, which is read once.
  private var digests: [Int64: Digest] = [:]
  /// By where they begin: an archive that names one again and again has it read once.
  private var read: [Int64: (configuration: ImageConfiguration, bytes: [UInt8], digest: Digest)] = [:]

  init(_ path: String, limits: ArchiveLimits, _ cancellation: Offload.Cancellation) throws(OCIError) {
    let given = try OpenFile.reading(path)
    if GzipSource.begins(try FileSource(given).bytes(4)) {
      let folder = try TemporaryFolder()
      let plain = try OpenFile.creating("\(folder.path)/archive.tar", mode: 0o600)
      let sink = FileSink(plain)
      try sink.copy(try GzipSource(try FileSource(given), limits: limits), cancellation)
      (file, temporary) = (plain, folder)
    } else {
      (file, temporary) = (given, nil)
    }
    let entries = try Self.scan(file, limits, cancellation)
    let listingPath = try ArchivePath(DockerArchiveListing.path)
    guard let listing = try Self.part(listingPath, entries) else {
      throw OCIError(.badArchive, "'\(path)' is no docker-archive: it has no manifest.json", details: ["path": path])
    }
    let listings = try ImageJSON.decode(
      [DockerArchiveListing].self, try content(listing), "manifest.json of '\(path)'")
    guard listings.count <= 1000 else { throw OCIError(.badArchive, "'\(path)' has more than 1000 images") }
    for listing in listings { try add(listing, entries, cancellation) }
  }

  private static func scan(
    _ file: OpenFile, _ limits: ArchiveLimits, _ cancellation: Offload.Cancellation
  ) throws(OCIError) -> [ArchivePath: Entry] {
    let reader = TarReader(try FileSource(file), limits: limits)
    var policy = ArchivePolicy(.folder, limits: limits)
    var entries: [ArchivePath: Entry] = [:]
    while let entry = try reader.next() {
      try cancellation.check()
      let path = try policy.admit(entry)
      switch entry.kind {
      case .file: entries[path] = .file(Part(position: reader.position, size: entry.size))
      case .hardLink(let target): entries[path] = .link(try ArchivePath(entry: target))
      case .symbolicLink(let target):
        // Docker writes a layer that two images share once, and links the other to it.
        if let resolved = path.resolving(link: target, absolute: false) { entries[path] = .link(resolved) }
      default: break
      }
    }
    return entries
  }

  private static func part(_ path: ArchivePath, _ entries: [ArchivePath: Entry]) throws(OCIError) -> Part? {
    var path = path
    for _ in 0..<20 {
      switch entries[path] {
      case nil: return nil
      case .file(let part): return part
      case .link(let target): path = target
      }
    }
    throw OCIError(.badArchive, "'\(path)' of the archive is a link that leads round in a ring")
  }

  private func content(_ part: Part) throws(OCIError) -> [UInt8] {
    guard part.size <= ImageJSON.maximumSize else {
      throw OCIError(.badArchive, "the archive '\(file.path)' has a description of more than 4 MiB")
    }
    return try FileSource(file, offset: part.position, count: part.size).bytes(Int(part.size))
  }

  private mutating func add(
    _ listing: DockerArchiveListing, _ entries: [ArchivePath: Entry], _ cancellation: Offload.Cancellation
  ) throws(OCIError) {
    let (configuration, digest, diffIDs) = try configuration(try part(listing.config, entries))
    guard diffIDs.count == listing.layers.count else {
      throw OCIError(
        .badImage,
        "the archive's image \(digest) lists \(listing.layers.count) layers, and its configuration \(diffIDs.count)")
    }
    var layers: [Descriptor] = []
    for (path, diffID) in zip(listing.layers, diffIDs) {
      try cancellation.check()
      let layer = try describe(try part(path, entries), diffID, cancellation)
      layers.append(layer)
    }
    let manifest = try ImageManifest(
      config: Descriptor(mediaType: .ociConfiguration, digest: digest, size: Int64(configuration.count)),
      layers: layers
    ).encoded()
    let descriptor = Descriptor(mediaType: .ociManifest, digest: .of(manifest), size: Int64(manifest.count))
    configurations[digest] = configuration
    manifests[descriptor.digest] = manifest
    images.append(DockerArchive.Image(names: listing.repoTags ?? [], descriptor: descriptor))
  }

  private mutating func configuration(_ part: Part) throws(OCIError) -> ([UInt8], Digest, [Digest]) {
    if let known = read[part.position] { return (known.bytes, known.digest, known.configuration.diffIDs) }
    let bytes = try content(part)
    let total = configurations.values.reduce(bytes.count) { $0 + $1.count }
    guard total <= CopyPlan.maximumSize else {
      throw OCIError(
        .badArchive, "the archive '\(file.path)' has more than \(CopyPlan.maximumSize >> 20) MiB of descriptions")
    }
    let known = (configuration: try ImageConfiguration(bytes), bytes: bytes, digest: Digest.of(bytes))
    read[part.position] = known
    return (known.bytes, known.digest, known.configuration.diffIDs)
  }

  private func part(_ path: String, _ entries: [ArchivePath: Entry]) throws(OCIError) -> Part {
    guard let part = try Self.part(try ArchivePath(entry: path), entries) else {
      throw OCIError(
        .badArchive, "the archive '\(file.path)' lacks '\(path.prefix(200))', which its manifest.json names")
    }
    return part
  }

  /// A layer that is a tar file has its diff id as digest, which is checked when it is read; one that is compressed has to be read now.
  private mutating func describe(
    _ part: Part, _ diffID: Digest, _ cancellation: Offload.Cancellation
  ) throws(OCIError) -> Descriptor {
    if let known = digests[part.position] {
      return Descriptor(mediaType: .ociGzipLayer, digest: known, size: part.size)
    }
    let start = try FileSource(file, offset: part.position, count: min(part.size, 4)).bytes(4)
    var descriptor = Descriptor(mediaType: .ociLayer, digest: diffID, size: part.size)
    if GzipSource.begins(start) {
      let hash = HashingSink()
      try hash.copy(try FileSource(file, offset: part.position, count: part.size), cancellation)
      descriptor = Descriptor(mediaType: .ociGzipLayer, digest: hash.digest, size: part.size)
      digests[part.position] = hash.digest
    } else if start.starts(with: [0x28, 0xB5, 0x2F, 0xFD]) {
      throw OCIError(
        .unsupported, "a layer of the archive '\(file.path)' is compressed with zstd, which is not supported")
    }
    layers[descriptor.digest] = part
    return descriptor
  }
}
