/// A refusal of the ``FakeCluster``, in the words of the real server.
struct FakeRefusal: Error {
  var status: Status
  /// A continue token that the answer carries beside the refusal.
  var continueToken: String?

  init(_ code: Int, _ reason: String?, _ message: String, _ details: Status.Details? = nil) {
    status = Status(status: "Failure", message: message, reason: reason, details: details, code: code)
  }

  static func notFound(_ kind: FakeKind, _ name: String) -> FakeRefusal {
    FakeRefusal(404, "NotFound", "\(kind.shelf) \"\(name)\" not found", about(kind, name))
  }

  static let noSuchResource = FakeRefusal(
    404, "NotFound", "the server could not find the requested resource", Status.Details())

  static let methodNotAllowed = FakeRefusal(
    405, "MethodNotAllowed", "the server does not allow this method on the requested resource", Status.Details())

  static func alreadyExists(_ kind: FakeKind, _ name: String) -> FakeRefusal {
    FakeRefusal(409, "AlreadyExists", "\(kind.shelf) \"\(name)\" already exists", about(kind, name))
  }

  static func modified(_ kind: FakeKind, _ name: String) -> FakeRefusal {
    conflict(
      kind, name, "the object has been modified; please apply your changes to the latest version and try again")
  }

  static func conflict(_ kind: FakeKind, _ name: String, _ why: String) -> FakeRefusal {
    FakeRefusal(
      409, "Conflict", "Operation cannot be fulfilled on \(kind.shelf) \"\(name)\": \(why)", about(kind, name))
  }

  /// A precondition of `delete` that does not hold; here the real server names the kind, not the resource.
  static func precondition(_ kind: FakeKind, _ name: String, _ why: String) -> FakeRefusal {
    FakeRefusal(
      409, "Conflict", "Operation cannot be fulfilled on \(kind.resource.kind) \"\(name)\": \(why)",
      Status.Details(name: name, group: named(kind.resource.group), kind: kind.resource.kind))
  }

  static func badRequest(_ message: String) -> FakeRefusal { FakeRefusal(400, "BadRequest", message) }

  static func unsupportedMedia(_ accepted: [String]) -> FakeRefusal {
    FakeRefusal(
      415, "UnsupportedMediaType",
      "the body of the request was in an unknown format - accepted media types include: "
        + accepted.joined(separator: ", "))
  }

  static func invalid(_ kind: FakeKind, _ name: String, _ causes: [Status.Cause]) -> FakeRefusal {
    invalid(kind: kind.resource.kind, group: kind.resource.group, name, causes)
  }

  static func invalid(kind: String, group: String, _ name: String, _ causes: [Status.Cause]) -> FakeRefusal {
    let shown = group.isEmpty ? kind : "\(kind).\(group)"
    let sentences = causes.map { "\($0.field ?? ""): \($0.message ?? "")" }
    let all = sentences.count == 1 ? sentences[0] : "[" + sentences.joined(separator: ", ") + "]"
    return FakeRefusal(
      422, "Invalid", "\(shown) \"\(name)\" is invalid: \(all)",
      Status.Details(name: named(name), group: named(group), kind: kind, causes: causes))
  }

  static func expired(_ message: String) -> FakeRefusal { FakeRefusal(410, "Expired", message) }

  static func forbidden(_ question: FakeAccessQuestion, _ user: String) -> FakeRefusal {
    let resource = question.group.isEmpty ? question.resource : "\(question.resource).\(question.group)"
    let shown = question.subresource.map { "\(question.resource)/\($0)" } ?? question.resource
    let name = question.name.map { " \"\($0)\"" } ?? ""
    let place = question.namespace.map { "in the namespace \"\($0)\"" } ?? "at the cluster scope"
    return FakeRefusal(
      403, "Forbidden",
      "\(resource)\(name) is forbidden: User \"\(user)\" cannot \(question.verb) resource \"\(shown)\" in API group "
        + "\"\(question.group)\" \(place)",
      Status.Details(name: question.name, group: named(question.group), kind: question.resource))
  }

  private static func about(_ kind: FakeKind, _ name: String) -> Status.Details {
    Status.Details(name: named(name), group: named(kind.resource.group), kind: kind.resource.plural)
  }

  private static func named(_ text: String) -> String? { text.isEmpty ? nil : text }
}
