import OCIImages
import Terminal

/// What an image is made of.
struct ImageInspectView: Encodable {
  let image: String
  let digest: String
  let media_type: String
  /// Of an index.
  let images: [ImagePartView]?
  let platform: String?
  let created: String?
  let layers: [ImagePartView]?
  let user: String?
  let entrypoint: [String]?
  let command: [String]?
  let working_directory: String?
  let environment: [String]?
  let labels: [String: String]?
  let annotations: [String: String]?
  var tags: [String]?
  var referrers: [ImagePartView]?

  init(_ inspection: ImageInspection, of image: String) {
    self.image = image
    digest = inspection.descriptor.digest.description
    media_type = inspection.descriptor.mediaType.rawValue
    let isIndex = inspection.manifest == nil
    images = isIndex ? inspection.index?.manifests.map(ImagePartView.init) : nil
    layers = inspection.manifest?.layers.map(ImagePartView.init)
    annotations = inspection.manifest?.annotations ?? (isIndex ? inspection.index?.annotations : nil)
    let configuration = inspection.configuration
    platform = configuration?.platform.description
    created = configuration?.created
    user = configuration?.process.user
    entrypoint = configuration?.process.entrypoint
    command = configuration?.process.command
    working_directory = configuration?.process.workingDirectory
    environment = configuration?.process.environment
    labels = configuration?.process.labels
  }

  var table: Table {
    var facts: [(String, Cell)] = [("image", Cell(image)), ("digest", Cell(digest)), ("type", Cell(media_type))]
    func add(_ name: String, _ value: String?) {
      if let value, !value.isEmpty { facts.append((name, Cell(value))) }
    }
    for part in images ?? [] { add(part.platform ?? "image", "\(part.digest)") }
    add("platform", platform)
    add("created", created)
    add("entrypoint", entrypoint?.joined(separator: " "))
    add("command", command?.joined(separator: " "))
    add("user", user)
    add("folder", working_directory)
    for variable in environment ?? [] { add("variable", variable) }
    for (name, value) in (labels ?? [:]).sorted(by: { $0.key < $1.key }) { add("label", "\(name)=\(value)") }
    for (name, value) in (annotations ?? [:]).sorted(by: { $0.key < $1.key }) { add("annotation", "\(name)=\(value)") }
    for part in layers ?? [] { add("layer", "\(part.digest) \(Format.bytes(UInt64(max(part.size, 0))))") }
    add("tags", tags?.joined(separator: " "))
    for part in referrers ?? [] { add("referrer", "\(part.digest) \(part.artifact_type ?? "")") }
    return Table(facts: facts)
  }
}
