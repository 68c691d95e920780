import MusterCore

import struct Foundation.Data
import class Foundation.JSONDecoder

extension FakeServer {
  /// What a continue token says; the same form as the real server's.
  private struct Page: Codable {
    var v: String
    var rv: UInt64
    var start: String
  }

  mutating func list(_ place: FakePlace, _ call: FakeCall) throws(FakeRefusal) -> FakeAnswer {
    let selector = try FakeSelector(
      labels: call.query("labelSelector"), fields: call.query("fieldSelector"), kind: place.kind)
    let view = try call.view(ofList: true)
    let limit = try number(call.query("limit"))
    try checkVersion(call.query("resourceVersion"))
    let token = call.query("continue") ?? ""
    var shelf = shelves[place.kind.shelf] ?? FakeShelf()
    var listed = version
    var start = ""
    if !token.isEmpty {
      let page = try Self.page(token)
      guard let snapshot = snapshots.first(where: { $0.version == page.rv && $0.shelf == place.kind.shelf }) else {
        var refusal = FakeRefusal.expired(
          "The provided continue parameter is too old to display a consistent list result. Start a new list without "
            + "it, or use the token in this response for the remainder, as it is now.")
        remember(place.kind.shelf, shelf)
        refusal.continueToken = Self.token(Page(v: "meta.k8s.io/v1", rv: version, start: page.start))
        throw refusal
      }
      shelf = snapshot.content
      listed = page.rv
      start = place.namespace.map { "\($0)/\(page.start)" } ?? page.start
    }
    var items: [[UInt8]] = []
    var continuation: String?
    var left: Int64 = 0
    for object in shelf.objects(in: place.namespace, from: start) where selector.matches(object) {
      if limit > 0, items.count >= limit {
        if continuation == nil { continuation = place.namespace == nil ? object.key : object.name }
        left += 1
        continue
      }
      items.append(item(object, place, view))
    }
    var metadata: [String: JSONValue] = ["resourceVersion": .string(String(listed))]
    if let continuation {
      if listed == version { remember(place.kind.shelf, shelf) }
      metadata["continue"] = .string(Self.token(Page(v: "meta.k8s.io/v1", rv: listed, start: continuation)))
      if selector.isEmpty { metadata["remainingItemCount"] = .integer(left) }
    }
    let kind = view == .whole ? "\(place.kind.resource.kind)List" : "PartialObjectMetadataList"
    let head = Self.headed(
      kind, view == .whole ? place.apiVersion : "meta.k8s.io/v1",
      JSONWriter.bytes(.object(["metadata": .object(metadata)])))
    return .json(
      200,
      head.dropLast() + Array(",\"items\":[".utf8) + items.joined(separator: [UInt8(ascii: ",")]) + Array("]}".utf8))
  }

  mutating func watch(_ place: FakePlace, _ call: FakeCall, _ moment: Moment) throws(FakeRefusal) -> FakeAnswer {
    let selector = try FakeSelector(
      labels: call.query("labelSelector"), fields: call.query("fieldSelector"), kind: place.kind)
    let view = try call.view(ofList: false)
    let seconds = try number(call.query("timeoutSeconds"))
    let from = call.query("resourceVersion") ?? ""
    var watch = FakeWatch(
      place: place, selector: selector, view: view, position: log.end, version: version,
      wantsBookmarks: call.flag("allowWatchBookmarks"),
      deadline: seconds > 0 ? moment + .seconds(min(seconds, 31_536_000)) : nil, epoch: watchEpoch)
    if from.isEmpty || from == "0" {
      for object in (shelves[place.kind.shelf] ?? FakeShelf()).objects(in: place.namespace)
      where selector.matches(object) && (place.name == nil || place.name == object.name) {
        watch.first += watch.added(object)
      }
      return .watch(watch)
    }
    guard let start = UInt64(from) else { throw Self.badVersion(from) }
    watch.version = start
    if start < log.compacted {
      watch.first = FakeWatch.line("ERROR", FakeStatus.json(FakeWatch.tooOld(start, log.compacted)))
      watch.hasEnded = true
    } else {
      watch.position = log.position(after: start)
    }
    return .watch(watch)
  }

  /// Objects of kinds that are built in stand in lists without `kind` and `apiVersion`.
  private func item(_ object: FakeObject, _ place: FakePlace, _ view: FakeCall.View) -> [UInt8] {
    place.kind.isCustom || view == .metadata ? Self.render(object, place, view) : object.encoded
  }

  private mutating func remember(_ shelf: String, _ content: FakeShelf) {
    snapshots.append((version, shelf, content))
    if snapshots.count > Self.snapshotLimit { snapshots.removeFirst() }
  }

  private func number(_ text: String?) throws(FakeRefusal) -> Int64 {
    guard let text, !text.isEmpty else { return 0 }
    guard let number = Int64(text) else { throw .badRequest("strconv.ParseInt: parsing \"\(text)\": invalid syntax") }
    return number
  }

  private func checkVersion(_ text: String?) throws(FakeRefusal) {
    guard let text, !text.isEmpty else { return }
    guard let wanted = UInt64(text) else { throw Self.badVersion(text) }
    guard wanted <= version else {
      throw FakeRefusal(
        504, "Timeout", "Timeout: Too large resource version: \(wanted), current: \(version)",
        Status.Details(
          causes: [Status.Cause(reason: "ResourceVersionTooLarge", message: "Too large resource version")],
          retryAfterSeconds: 1))
    }
  }

  private static func badVersion(_ text: String) -> FakeRefusal {
    FakeRefusal(
      500, nil, "resourceVersion: Invalid value: \"\(text)\": strconv.ParseUint: parsing \"\(text)\": invalid syntax")
  }

  private static func token(_ page: Page) -> String {
    let value: [String: JSONValue] = [
      "v": .string(page.v), "rv": .integer(Int64(clamping: page.rv)), "start": .string(page.start),
    ]
    return Data(JSONWriter.bytes(.object(value))).base64EncodedString()
      .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
  }

  private static func page(_ token: String) throws(FakeRefusal) -> Page {
    let plain = token.replacing("-", with: "+").replacing("_", with: "/")
    let padded = plain + String(repeating: "=", count: (4 - plain.utf8.count % 4) % 4)
    guard let data = Data(base64Encoded: padded), let page = try? JSONDecoder().decode(Page.self, from: data),
      page.v == "meta.k8s.io/v1"
    else { throw .badRequest("invalid continue token: continue key is not valid") }
    return page
  }
}
