/// Which objects are listed or watched, and how many at a time.
public struct ListOptions: Sendable, Hashable {
  /// As `app=web,tier in (a, b)`.
  public var labelSelector: String?
  /// As `spec.nodeName=a`; which fields there are depends on the kind.
  public var fieldSelector: String?
  /// Nil: the newest state. `0`: any state that the server has at hand, which is cheaper and may be old.
  public var resourceVersion: String?
  /// `Exact` or `NotOlderThan`, for a `resourceVersion`. Older servers do not know it.
  public var resourceVersionMatch: String?
  /// At most so many objects in one answer; nil: all.
  public var limit: Int?
  /// Where the next part of a list begins: ``ResourceList/continueToken``.
  public var continueToken: String?

  public init(
    labelSelector: String? = nil, fieldSelector: String? = nil, resourceVersion: String? = nil,
    resourceVersionMatch: String? = nil, limit: Int? = nil, continueToken: String? = nil
  ) {
    self.labelSelector = labelSelector
    self.fieldSelector = fieldSelector
    self.resourceVersion = resourceVersion
    self.resourceVersionMatch = resourceVersionMatch
    self.limit = limit
    self.continueToken = continueToken
  }

  var selection: [(name: String, value: String)] {
    var query: [(name: String, value: String)] = []
    if let labelSelector { query.append(("labelSelector", labelSelector)) }
    if let fieldSelector { query.append(("fieldSelector", fieldSelector)) }
    return query
  }

  var query: [(name: String, value: String)] {
    var query = selection
    if let limit, limit > 0 { query.append(("limit", String(limit))) }
    if let continueToken {
      // The token holds the version; a server refuses both together.
      query.append(("continue", continueToken))
    } else {
      if let resourceVersion { query.append(("resourceVersion", resourceVersion)) }
      if let resourceVersionMatch { query.append(("resourceVersionMatch", resourceVersionMatch)) }
    }
    return query
  }
}
