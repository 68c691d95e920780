/// The full name of an image in a registry: `registry.example:5000/team/app:1.2@sha256:…`.
///
/// A name without a registry is refused unless the caller gives one to add: which registry somebody else's default is, is
/// no business of an image's name, and a typing error must not send an image to strangers.
public struct ImageReference: Sendable, Hashable, CustomStringConvertible {
  /// Host, and port unless it is the protocol's own; lower case.
  public let registry: String
  /// Without the host: `team/app`.
  public let repository: String
  public var tag: String?
  /// If there is one it decides which image is meant, and the tag is only for people.
  public var digest: Digest?

  /// The tag that is meant when neither a tag nor a digest is given.
  public static let defaultTag = "latest"

  /// - Parameter defaultRegistry: what to put before a name that has no registry. Nil: such a name is refused.
  /// - Throws: ``OCIError`` (`bad_image_reference`, `bad_digest`).
  public init(_ text: String, defaultRegistry: String? = nil) throws(OCIError) {
    guard text.utf8.count <= 1024 else {
      throw OCIError(.badReference, "the name of an image has \(text.utf8.count) characters; at most 1024 are taken")
    }
    var rest = text[...]
    var digest: Digest?
    if let at = rest.firstIndex(of: "@") {
      digest = try Digest(String(rest[rest.index(after: at)...]))
      rest = rest[..<at]
    }
    var tag: String?
    let lastSlash = rest.lastIndex(of: "/") ?? rest.startIndex
    if let colon = rest[lastSlash...].lastIndex(of: ":"), rest.contains("/") || !Self.isRegistryWithPort(rest) {
      tag = String(rest[rest.index(after: colon)...])
      rest = rest[..<colon]
    }
    let (registry, repository) = try Self.split(rest, of: text, defaultRegistry: defaultRegistry)
    try self.init(registry: registry, repository: repository, tag: tag, digest: digest, given: text)
  }

  /// - Throws: ``OCIError`` (`bad_image_reference`).
  public init(registry: String, repository: String, tag: String? = nil, digest: Digest? = nil) throws(OCIError) {
    try self.init(
      registry: registry, repository: repository, tag: tag, digest: digest, given: "\(registry)/\(repository)")
  }

  private init(registry: String, repository: String, tag: String?, digest: Digest?, given: String) throws(OCIError) {
    let shown = Self.shown(given)
    guard ReferenceGrammar.isRegistry(registry) else {
      throw OCIError(
        .badReference,
        "'\(Self.shown(registry))' in '\(shown)' is no registry; write a host, and a port after a colon if it needs one"
      )
    }
    guard ReferenceGrammar.isRepository(repository) else {
      throw OCIError(
        .badReference,
        "'\(Self.shown(repository))' in '\(shown)' is no repository; write small letters and digits, with '.', '_' or '-' between them and '/' between parts"
      )
    }
    if let tag, !ReferenceGrammar.isTag(tag) {
      throw OCIError(
        .badReference,
        "'\(Self.shown(tag))' in '\(shown)' is no tag; write up to 128 letters, digits, '_', '.' and '-', not beginning with '.' or '-'"
      )
    }
    self.registry = registry.lowercased()
    self.repository = repository
    self.tag = tag
    self.digest = digest
  }

  /// `localhost:5000` alone is a registry without a repository, and not an image `localhost` of the tag 5000.
  private static func isRegistryWithPort(_ text: Substring) -> Bool {
    guard let colon = text.firstIndex(of: ":") else { return false }
    let host = text[..<colon]
    return (host == "localhost" || host.contains(".")) && ReferenceGrammar.isRegistry(text)
  }

  private static func split(
    _ name: Substring, of text: String, defaultRegistry: String?
  ) throws(OCIError) -> (registry: String, repository: String) {
    let parts = name.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    if let first = parts.first, ReferenceGrammar.looksLikeRegistry(first) || first.hasPrefix("[") {
      guard parts.count == 2 else {
        throw OCIError(
          .badReference, "'\(shown(text))' names a registry and no repository; write for example \(shown(text))/app")
      }
      return (String(first), String(parts[1]))
    }
    guard let defaultRegistry else {
      throw OCIError(
        .badReference,
        "'\(shown(text))' names no registry; write it before the name, for example registry.example/\(shown(text))")
    }
    return (defaultRegistry, String(name))
  }

  /// What errors repeat of a text from outside.
  static func shown(_ text: some StringProtocol) -> String {
    let visible = text.unicodeScalars.prefix(200).map { $0.value < 0x20 || $0.value == 0x7F ? "?" : String($0) }
    return visible.joined() + (text.unicodeScalars.count > 200 ? "…" : "")
  }

  /// Which manifest is meant: the digest's, else the tag's, else that of ``defaultTag``.
  public var manifest: ManifestReference {
    if let digest { return .digest(digest) }
    return .tag(tag ?? Self.defaultTag)
  }

  /// Registry and repository: `registry.example/team/app`.
  public var name: String { "\(registry)/\(repository)" }

  public var description: String { name + (tag.map { ":\($0)" } ?? "") + (digest.map { "@\($0)" } ?? "") }
}
