import MusterCore
import NIOCore
import NIOFoundationCompat
import Synchronization

/// One connection of a watch.
final class WatchSession<Object: KubernetesObject>: Sendable {
  private let resources: ResourceClient<Object>
  private let call: Call
  private let life: Duration
  private let event: @Sendable (WatchEvent<Object>) async throws -> Void
  private let unreadable: (@Sendable (UnreadableObject, Bool) -> Void)?
  private let seen = Mutex<(version: String?, acceptedAt: Moment?)>((nil, nil))

  /// - Throws: `badValue` when the namespace cannot be one.
  init(
    loop: WatchLoop<Object>, seconds: Int, from version: String,
    event: @escaping @Sendable (WatchEvent<Object>) async throws -> Void
  ) throws {
    resources = loop.resources
    life = .seconds(seconds) + loop.settings.grace
    self.event = event
    unreadable = loop.unreadable
    var query = loop.options.selection
    query += [
      ("watch", "true"), ("resourceVersion", version), ("allowWatchBookmarks", "true"),
      ("timeoutSeconds", String(seconds)),
    ]
    var call = try loop.resources.call(.get, "watch", query: query)
    // The watch machine knows better when to come back.
    call.retries = .never
    self.call = call
  }

  /// Up to where events were given to their reader.
  var lastVersion: String? { seen.withLock { $0.version } }
  /// When the server let the watch begin; nil: it has not.
  var acceptedAt: Moment? { seen.withLock { $0.acceptedAt } }

  /// Returns when the server ends the watch.
  ///
  /// - Throws: ``KubernetesError``: `refused` for an error that the server sends as an event; `deadline` when the
  ///   server does not begin it within the client's patience, or does not end it when it should have: then the
  ///   connection is dead, and the next watch gets another one.
  func run() async throws {
    let body = try await resources.client.open(call).body
    let time = resources.client.time
    let now = time.moment()
    seen.withLock { $0.acceptedAt = now }
    let words = call.words
    let life = life
    do {
      try await Deadline.run(
        within: life, time: time,
        sentence:
          "to \(words), the API server should have ended the connection after \(life.wholeMilliseconds / 1000) s "
          + "at the latest and did not; the connection is given up as dead"
      ) { try await self.read(body) }
    } catch let error as KubernetesError where error.code == .deadline {
      body.giveUp()
      throw error
    }
  }

  private func read(_ body: APIBody) async throws {
    var splitter = FrameSplitter(limit: WatchFrame.largest)
    for try await piece in body {
      splitter.push(piece)
      while let line = try splitter.next() { try await take(try WatchFrame(line)) }
    }
    // A line without an end is half a frame: the server sends it again, whole, to whoever watches from before it.
  }

  private func take(_ frame: WatchFrame) async throws {
    switch frame.type {
    case "ADDED": try await deliver(frame) { .added($0) }
    case "MODIFIED": try await deliver(frame) { .modified($0) }
    case "DELETED": try await deliver(frame) { .deleted($0) }
    case "BOOKMARK":
      let version = try ObjectFormat.decodePlain(Bookmark.self, frame.object, doing: call.words).version
      try await event(.bookmark(resourceVersion: version))
      seen.withLock { $0.version = version }
    case "ERROR": throw Refusal(event: frame.object, call: call).error
    default: break
    }
  }

  private func deliver(_ frame: WatchFrame, _ make: (Object) -> WatchEvent<Object>) async throws {
    let version: String?
    do {
      let object = try ObjectFormat.decodeItem(Object.self, frame.object, of: resources.resource, doing: call.words)
      try await event(make(object))
      version = object.metadata.resourceVersion
    } catch let error as KubernetesError where error.code == .badAnswer {
      guard let unreadable else { throw error }
      let object = UnreadableObject(frame.object, error)
      unreadable(object, frame.type == "DELETED")
      version = object.metadata?.resourceVersion
    }
    // Only now: an event that was not taken has to come again.
    if let version { seen.withLock { $0.version = version } }
  }
}

/// The object of a bookmark, of which only the version says something.
private struct Bookmark: Decodable {
  private struct Metadata: Decodable { var resourceVersion: String }
  private enum CodingKeys: String, CodingKey { case metadata }

  let version: String

  init(from decoder: any Decoder) throws {
    version = try decoder.container(keyedBy: CodingKeys.self).decode(Metadata.self, forKey: .metadata).resourceVersion
  }
}
