import NIOCore

extension ResourceClient {
  /// One object.
  ///
  /// - Parameter subresource: `status` or `scale`, to read that alone.
  /// - Throws: ``KubernetesError``: `refused` if there is none of that name (``KubernetesError/isNotFound``).
  public func get(_ name: String, subresource: String? = nil) async throws -> Object {
    try await object(of: try call(.get, "get", name: name, subresource: subresource))
  }

  /// The objects, or as many as ``ListOptions/limit`` allows. ``listAll(_:)`` and ``pages(_:)`` read on.
  public func list(_ options: ListOptions = ListOptions()) async throws -> ResourceList<Object> {
    try await page(options, isFirst: options.continueToken == nil).list()
  }

  /// All objects, read a page at a time, as they were together at one moment.
  ///
  /// When the server forgets that moment while the pages are read, the list is begun anew, and in the end read in one.
  public func listAll(_ options: ListOptions = ListOptions()) async throws -> ResourceList<Object> {
    var whole = ResourceList<Object>(items: [], resourceVersion: "")
    for try await page in pages(options) {
      if page.isFirst { whole.items = [] }
      whole.items += page.items
      whole.resourceVersion = page.resourceVersion
    }
    return whole
  }

  /// All objects, a page at a time: while one is worked on, the next is fetched.
  ///
  /// - Parameter options: its limit is the size of a page; 500 without one.
  public func pages(_ options: ListOptions = ListOptions()) -> ResourcePages<Object> {
    ResourcePages(self, options)
  }

  func page(_ options: ListOptions, isFirst: Bool) async throws -> ListReader<Object> {
    let call = try call(.get, "list", query: options.query)
    return try ListReader(
      try await client.collect(call), resource: resource, isFirst: isFirst, doing: call.words)
  }

  /// Makes a call whose answer is one object.
  func object(of call: Call) async throws -> Object {
    try ObjectFormat.decode(Object.self, try await client.collect(call), doing: call.words)
  }
}
