/// Where an image is, as people write it: a name in a registry, `oci:DIR[:TAG]`, or `docker-archive:FILE[:NAME:TAG]`.
public enum ImageLocation: Sendable, Hashable, CustomStringConvertible {
  case registry(ImageReference)
  /// A folder in the form of an OCI layout. Nil: its only image.
  case layout(directory: String, image: ManifestReference?)
  /// A file as `docker save` and `podman save` write it. Nil: its only image.
  case dockerArchive(file: String, name: String?)

  /// `docker://` before a name, as skopeo wants it, is taken too.
  ///
  /// - Throws: ``OCIError`` (`bad_image_reference`, `bad_digest`).
  public init(_ text: String, defaultRegistry: String? = nil) throws(OCIError) {
    if let rest = Self.rest(of: text, after: "oci:") {
      self = try Self.layout(rest, given: text)
    } else if let rest = Self.rest(of: text, after: "docker-archive:") {
      self = try Self.archive(rest, given: text)
    } else if let rest = Self.rest(of: text, after: "docker://") {
      self = .registry(try ImageReference(rest, defaultRegistry: defaultRegistry))
    } else if text.hasPrefix("/") || text.hasPrefix("./") || text.hasPrefix("../") {
      throw OCIError(
        .badReference,
        "'\(ImageReference.shown(text))' is a file or folder; write 'oci:' or 'docker-archive:' before it to say which")
    } else {
      self = .registry(try ImageReference(text, defaultRegistry: defaultRegistry))
    }
  }

  private static func rest(of text: String, after prefix: String) -> String? {
    text.hasPrefix(prefix) ? String(text.dropFirst(prefix.count)) : nil
  }

  /// `DIR`, `DIR:TAG` or `DIR@sha256:…`.
  private static func layout(_ rest: String, given: String) throws(OCIError) -> ImageLocation {
    if let at = rest.lastIndex(of: "@"), rest[at...].hasPrefix("@sha256:") {
      let digest = try Digest(String(rest[rest.index(after: at)...]))
      return .layout(directory: try path(rest[..<at], given), image: .digest(digest))
    }
    // A colon before the last slash belongs to the folder's name.
    let lastSlash = rest.lastIndex(of: "/") ?? rest.startIndex
    guard let colon = rest[lastSlash...].firstIndex(of: ":") else {
      return .layout(directory: try path(rest[...], given), image: nil)
    }
    let tag = String(rest[rest.index(after: colon)...])
    guard ReferenceGrammar.isTag(tag) else {
      throw OCIError(
        .badReference, "'\(ImageReference.shown(tag))' in '\(ImageReference.shown(given))' is no tag; write oci:DIR:TAG"
      )
    }
    return .layout(directory: try path(rest[..<colon], given), image: .tag(tag))
  }

  /// `FILE` or `FILE:NAME:TAG`; the name may have slashes and a registry, the file may not have a colon.
  private static func archive(_ rest: String, given: String) throws(OCIError) -> ImageLocation {
    guard let colon = rest.firstIndex(of: ":") else {
      return .dockerArchive(file: try path(rest[...], given), name: nil)
    }
    let name = String(rest[rest.index(after: colon)...])
    let parts = name.split(separator: ":", omittingEmptySubsequences: false)
    guard !name.isEmpty, parts.count <= 3, name.utf8.count <= 512, name.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
    else {
      throw OCIError(
        .badReference,
        "'\(ImageReference.shown(name))' in '\(ImageReference.shown(given))' is no name of an image; write docker-archive:FILE:NAME:TAG"
      )
    }
    return .dockerArchive(file: try path(rest[..<colon], given), name: name)
  }

  private static func path(_ text: Substring, _ given: String) throws(OCIError) -> String {
    guard !text.isEmpty, !text.utf8.contains(0) else {
      throw OCIError(
        .badReference, "'\(ImageReference.shown(given))' names no file or folder; write oci:DIR or docker-archive:FILE")
    }
    return String(text)
  }

  public var description: String {
    switch self {
    case .registry(let reference): reference.description
    case .layout(let directory, nil): "oci:\(directory)"
    case .layout(let directory, .tag(let tag)?): "oci:\(directory):\(tag)"
    case .layout(let directory, .digest(let digest)?): "oci:\(directory)@\(digest)"
    case .dockerArchive(let file, let name): "docker-archive:\(file)" + (name.map { ":\($0)" } ?? "")
    }
  }
}
