extension ResourceClient {
  /// How many copies there are to be, and are: of a deployment, or of anything else that has a `scale`.
  public func scale(_ name: String) async throws -> Scale {
    try await scale(of: try call(.get, "get", name: name, subresource: "scale"))
  }

  /// Sets how many copies there are to be. Returns at once; the copies come and go afterwards.
  @discardableResult
  public func scale(
    _ name: String, to replicas: Int, _ options: WriteOptions = WriteOptions()
  ) async throws -> Scale {
    let change: JSONValue = .object(["spec": .object(["replicas": .integer(Int64(replicas))])])
    let patch = try Patch.merge(change)
    var call = try call(
      .patch, "patch", name: name, subresource: "scale", query: options.query, body: patch.body,
      contentType: patch.contentType)
    // The number is set, not added: twice is the same as once.
    call.isRepeatable = true
    return try await scale(of: call)
  }

  private func scale(of call: Call) async throws -> Scale {
    try ObjectFormat.decodePlain(Scale.self, try await client.collect(call), doing: call.words)
  }
}
