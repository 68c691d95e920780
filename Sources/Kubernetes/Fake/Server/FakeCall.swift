import MusterCore
import NIOCore

/// One request to a ``FakeCluster``, with what its query and headers say taken apart.
struct FakeCall {
  /// The real server's bound of a body.
  static let bodyLimit = 3_145_728

  let request: APIRequest
  let now: Timestamp

  func query(_ name: String) -> String? {
    request.query.first { $0.name == name }?.value
  }

  func flag(_ name: String) -> Bool { ["1", "true", "True", "TRUE", "t", "T"].contains(query(name) ?? "") }

  func header(_ name: String) -> String? {
    request.headers.first { $0.name.lowercased() == name.lowercased() }?.value
  }

  /// Who is recorded as the writer of fields: what the caller says, or the beginning of its `User-Agent`.
  var manager: String {
    if let manager = query("fieldManager"), !manager.isEmpty { return manager }
    let agent = header("User-Agent")?.prefix { $0 != "/" && $0 != " " } ?? ""
    return agent.isEmpty ? "unknown" : String(agent)
  }

  var contentType: String {
    let type = header("Content-Type") ?? "application/json"
    return type.prefix { $0 != ";" }.lowercased()
  }

  var isDry: Bool { request.query.contains { $0.name == "dryRun" && $0.value == "All" } }

  var time: String { Time(now).description }

  /// What the caller wants to see of objects.
  enum View { case whole, metadata }

  /// - Throws: ``FakeRefusal`` (406), when what is asked for does not fit what is there.
  func view(ofList isList: Bool) throws(FakeRefusal) -> View {
    let accepted = (header("Accept") ?? "").split(separator: ",").map { clause in
      clause.split(separator: ";").map { $0.filter { $0 != " " } }
    }
    let wanted = isList ? "as=PartialObjectMetadataList" : "as=PartialObjectMetadata"
    for clause in accepted {
      guard let shape = clause.first(where: { $0.hasPrefix("as=") }) else { return .whole }
      if shape == wanted { return .metadata }
    }
    if accepted.contains(where: { $0.contains { $0.hasPrefix("as=PartialObjectMetadata") } }) {
      throw FakeRefusal(
        406, "NotAcceptable",
        isList
          ? "you requested PartialObjectMetadata, but the requested object is a list"
          : "you requested PartialObjectMetadataList, but the requested object is not a list")
    }
    return .whole
  }

  /// The body as a JSON object.
  func object() throws(FakeRefusal) -> [String: JSONValue] {
    let value = try json()
    guard case .object(let fields) = value else {
      throw .badRequest("the object provided is unrecognized: json parse error: it is no object")
    }
    return fields
  }

  func json() throws(FakeRefusal) -> JSONValue {
    guard let body = request.body, body.readableBytes > 0 else {
      throw .badRequest("the object provided is unrecognized: couldn't get version/kind; unexpected end of JSON input")
    }
    guard body.readableBytes <= Self.bodyLimit else {
      throw FakeRefusal(
        413, "RequestEntityTooLarge", "Request entity too large: limit is \(Self.bodyLimit)", Status.Details())
    }
    do {
      // An apply may be YAML, of which JSON is a part.
      if !contentType.hasSuffix("yaml") { return try JSONReader.parse(body) }
      let documents = try Manifests.documents(Array(body.readableBytesView), "body")
      if documents.count == 1 { return documents[0].value }
    } catch {
      throw .badRequest(
        "the object provided is unrecognized: couldn't get version/kind; json parse error: \(error.message)")
    }
    throw .badRequest("the object provided is unrecognized: it is not one document")
  }
}
