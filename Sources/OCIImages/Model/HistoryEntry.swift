/// How a layer, or a step that made none, came to be.
public struct HistoryEntry: Sendable, Hashable, Codable {
  /// RFC 3339.
  public var created: String?
  public var createdBy: String?
  public var author: String?
  public var comment: String?
  /// True for a step that changed the configuration only.
  public var emptyLayer: Bool?

  public init(
    created: String? = nil, createdBy: String? = nil, author: String? = nil, comment: String? = nil,
    emptyLayer: Bool? = nil
  ) {
    self.created = created
    self.createdBy = createdBy
    self.author = author
    self.comment = comment
    self.emptyLayer = emptyLayer
  }

  private enum CodingKeys: String, CodingKey {
    case created
    case createdBy = "created_by"
    case author
    case comment
    case emptyLayer = "empty_layer"
  }
}
