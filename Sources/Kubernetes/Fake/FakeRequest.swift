/// A request that a ``FakeCluster`` was sent, as its tests look at it.
public struct FakeRequest: Sendable {
  public var method: APIRequest.Method
  public var path: String
  public var query: [(name: String, value: String)]
  public var headers: [(name: String, value: String)]

  init(_ request: APIRequest) {
    method = request.method
    path = request.path
    query = request.query
    headers = request.headers
  }

  /// Whether it began a watch.
  public var isWatch: Bool { query.contains { $0.name == "watch" && ($0.value == "1" || $0.value == "true") } }
}
