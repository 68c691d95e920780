import MusterCore

/// What a ``FakeCluster`` knows and decides: a request goes in, an answer comes out. No I/O, no clock of its own.
struct FakeServer: Sendable {
  /// An object by its kind and its place on the shelf.
  struct Reference: Sendable, Hashable {
    var shelf: String
    var key: String
  }

  var kinds = FakeKinds.builtIn
  var shelves: [String: FakeShelf] = [:]
  /// The number of the last write; one for the whole cluster.
  var version: UInt64 = 1
  var log: FakeLog
  /// Who belongs to whom: dependents by the owner's uid.
  var dependents: [String: Set<Reference>] = [:]
  /// Lists that were begun and are read on in pages, by the write at which they began; the oldest goes first.
  var snapshots: [(version: UInt64, shelf: String, content: FakeShelf)] = []
  var created: UInt64 = 0
  /// The user whom refusals name.
  var user = "fake-user"
  var allows: @Sendable (FakeAccessQuestion) -> Bool = { _ in true }
  /// What `/log` answers, by namespace and name of the pod.
  var logs: [String: FakePodLog] = [:]
  /// Lines of logs that were written.
  var loggedLines = 0
  /// How many evictions the next ones are refused for, as if a disruption budget forbade them.
  var forbiddenEvictions = 0
  var gitVersion = "v1.20.2"
  var watchEpoch = 0
  /// When the request came that is being answered.
  var time = Time(Timestamp(milliseconds: 0)).description

  static let snapshotLimit = 16

  init(logCapacity: Int) { log = FakeLog(capacity: logCapacity) }

  mutating func answer(_ request: APIRequest, _ now: Timestamp, _ moment: Moment) -> FakeAnswer {
    let call = FakeCall(request: request, now: now)
    time = call.time
    do {
      return try route(call, moment)
    } catch {
      return .status(error.status, continueToken: error.continueToken)
    }
  }

  private mutating func route(_ call: FakeCall, _ moment: Moment) throws(FakeRefusal) -> FakeAnswer {
    if let answer = try review(call) { return answer }
    switch FakeRoute(call.request.path, kinds) {
    case .version: return .json(200, versionDocument)
    case .health: return .text(200, "ok")
    case .coreVersions: return .json(200, coreVersions)
    case .groups: return .json(200, groupList)
    case .group(let name): return .json(200, group(name))
    case .resources(let group, let version): return .json(200, resources(group, version))
    case .nothing: return .text(404, "404 page not found\n")
    case .noResource: throw .noSuchResource
    case .objects(let place): return try objects(place, call, moment)
    }
  }

  private mutating func objects(
    _ place: FakePlace, _ call: FakeCall, _ moment: Moment
  ) throws(FakeRefusal) -> FakeAnswer {
    let isWatch = call.request.method == .get && call.flag("watch")
    let verb: String
    switch (call.request.method, place.name) {
    case (.get, _) where isWatch: verb = "watch"
    case (.get, nil): verb = "list"
    case (.get, _): verb = "get"
    case (.post, _): verb = "create"
    case (.put, .some): verb = "update"
    case (.patch, .some): verb = "patch"
    case (.delete, nil): verb = "deletecollection"
    case (.delete, .some): verb = "delete"
    default: throw .methodNotAllowed
    }
    guard allows(place.question(verb)) else { throw .forbidden(place.question(verb), user) }
    if call.isDry, call.request.method != .get {
      var copy = self
      return try copy.carryOut(verb, place, call, moment)
    }
    return try carryOut(verb, place, call, moment)
  }

  private mutating func carryOut(
    _ verb: String, _ place: FakePlace, _ call: FakeCall, _ moment: Moment
  ) throws(FakeRefusal) -> FakeAnswer {
    if let name = place.name, let part = place.subresource {
      return try answer(verb, partOf: place, name, part, call)
    }
    switch verb {
    case "watch": return try watch(place, call, moment)
    case "list": return try list(place, call)
    case "get": return .json(200, Self.render(try object(place), place, try call.view(ofList: false)))
    case "create":
      guard place.name == nil, place.namespace != nil || !place.kind.resource.isNamespaced else {
        throw .methodNotAllowed
      }
      return .json(201, Self.render(try create(place, call.object(), call), place, try call.view(ofList: false)))
    case "update":
      let (object, isNew) = try replace(place, call.object(), call)
      return .json(isNew ? 201 : 200, Self.render(object, place, try call.view(ofList: false)))
    case "patch":
      let (object, isNew) = try patch(place, call)
      return .json(isNew ? 201 : 200, Self.render(object, place, try call.view(ofList: false)))
    case "delete": return try delete(place, call)
    default: return try deleteCollection(place, call)
    }
  }

  func object(_ place: FakePlace) throws(FakeRefusal) -> FakeObject {
    guard let object = shelves[place.kind.shelf]?[place.key] else {
      throw .notFound(place.kind, place.name ?? "")
    }
    return object
  }

  /// An object as the wire has it: `kind` and `apiVersion` before the rest, or only the metadata.
  static func render(_ object: FakeObject, _ place: FakePlace, _ view: FakeCall.View) -> [UInt8] {
    switch view {
    case .whole: return headed(place.kind.resource.kind, place.apiVersion, object.encoded)
    case .metadata:
      return headed(
        "PartialObjectMetadata", "meta.k8s.io/v1", JSONWriter.bytes(.object(["metadata": .object(object.metadata)])))
    }
  }

  static func headed(_ kind: String, _ apiVersion: String, _ object: [UInt8]) -> [UInt8] {
    Array("{\"kind\":\"\(kind)\",\"apiVersion\":\"\(apiVersion)\"".utf8) + (object.count > 2 ? [UInt8(ascii: ",")] : [])
      + object.dropFirst()
  }
}
