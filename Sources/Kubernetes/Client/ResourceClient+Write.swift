import NIOCore
import NIOFoundationCompat

extension ResourceClient {
  /// Creates an object, and returns it as the server keeps it.
  ///
  /// - Parameter object: encoded as JSON; its name (or `generateName`) is in its metadata.
  /// - Throws: ``KubernetesError``: `refused` if the name is taken (``KubernetesError/isAlreadyExists``).
  @discardableResult
  public func create(_ object: some Encodable, _ options: WriteOptions = WriteOptions()) async throws -> Object {
    let body = try Body.encode(object, as: resource)
    let name = ObjectHead(body)?.quotedName ?? "without a name"
    try checkNamespace("create", name)
    var call = try call(.post, "create", query: options.query, body: body)
    call.subject = "\(word) \(name)\(place)"
    call.isRepeatable = options.isDryRun
    return try await self.object(of: call)
  }

  /// Deletes an object. That it has been accepted does not mean that the object is gone.
  @discardableResult
  public func delete(_ name: String, _ options: DeleteOptions = DeleteOptions()) async throws -> Deletion<Object> {
    var call = try call(.delete, "delete", name: name, body: try Body.encode(options))
    call.isRepeatable = options.isDryRun
    let answer = try await client.collect(call)
    if ObjectHead(answer)?.kind == "Status" {
      return .done(try ObjectFormat.decodePlain(Status.self, answer, doing: call.words))
    }
    return .returned(try ObjectFormat.decode(Object.self, answer, doing: call.words))
  }

  /// Deletes all objects that the selectors of `selection` choose; all of the collection without any.
  public func deleteCollection(
    _ selection: ListOptions, _ options: DeleteOptions = DeleteOptions()
  ) async throws {
    try checkNamespace("delete", "objects")
    var call = try call(.delete, "delete", query: selection.query, body: try Body.encode(options))
    call.isRepeatable = options.isDryRun
    _ = try await client.collect(call)
  }

  /// Changes an object.
  ///
  /// - Parameter subresource: `status` or `scale`, to change that alone.
  @discardableResult
  public func patch(
    _ name: String, _ patch: Patch, subresource: String? = nil, _ options: WriteOptions = WriteOptions()
  ) async throws -> Object {
    try await object(
      of: try call(
        .patch, "patch", name: name, subresource: subresource, query: options.query, body: patch.body,
        contentType: patch.contentType))
  }

  /// Creates an object or changes it to be as given (server-side apply): fields that are left out stay as they are, or go
  /// if this manager had set them before.
  ///
  /// Applying the same twice is the same as once, so a broken connection is retried.
  ///
  /// - Throws: ``KubernetesError``: `refused` when another manager owns a field with another value
  ///   (``KubernetesError/isConflict``); the message names the fields and their owners.
  @discardableResult
  public func apply(
    _ object: some Encodable, _ options: ApplyOptions, subresource: String? = nil
  ) async throws -> Object {
    let body = try Body.encode(object, as: resource)
    var call = try call(
      .patch, "apply", name: ObjectHead(body)?.metadata?.name ?? "", subresource: subresource, query: options.query,
      body: body, contentType: "application/apply-patch+yaml")
    call.isRepeatable = true
    return try await self.object(of: call)
  }

  /// As ``apply(_:_:subresource:)``.
  @discardableResult
  public func apply(_ object: some Encodable, manager: String, force: Bool = false) async throws -> Object {
    try await apply(object, ApplyOptions(manager: manager, force: force))
  }
}

extension ResourceClient where Object: CompleteObject {
  /// Writes an object back whole. The server refuses it when it has been changed since it was read
  /// (``KubernetesError/isConflict``), unless its `resourceVersion` is taken out.
  ///
  /// - Parameter subresource: `status`, to change that alone.
  @discardableResult
  public func replace(
    _ object: Object, subresource: String? = nil, _ options: WriteOptions = WriteOptions()
  ) async throws -> Object {
    let body = try Body.encode(object, as: resource)
    return try await self.object(
      of: try call(
        .put, "replace", name: object.metadata.name ?? "", subresource: subresource, query: options.query, body: body))
  }
}
