import MusterCore

/// One watch of a ``FakeCluster``: which events it has still to tell. Decides only; who waits is ``FakeWatchBody``.
struct FakeWatch: Sendable {
  enum Step: Sendable {
    case tell([UInt8])
    case wait
    case end
  }

  var place: FakePlace
  var selector: FakeSelector
  var view: FakeCall.View
  /// Events that come before those of the log: the state at the beginning, or a refusal.
  var first: [UInt8] = []
  /// In the log.
  var position: Int
  /// Events up to this write are known to the watcher.
  var version: UInt64
  var wantsBookmarks: Bool
  var deadline: Moment?
  /// Which of the cluster's breaks of watches came before it.
  var epoch = 0
  /// How many of the cluster's bookmarks came before it, or were told to it.
  var bookmarks = 0
  /// After a refusal, or at its deadline.
  var hasEnded = false

  /// So many bytes go into one piece, as far as events come whole.
  static let pieceLimit = 65_536

  mutating func step(_ server: FakeServer, _ now: Moment) -> Step {
    if !first.isEmpty {
      defer { first = [] }
      return .tell(first)
    }
    if hasEnded { return .end }
    if position < server.log.start {
      // Forgotten before this watcher read it; a real server cuts slow watchers off in the same way.
      hasEnded = true
      return .tell(Self.line("ERROR", FakeStatus.json(FakeWatch.tooOld(version, server.log.compacted))))
    }
    var piece: [UInt8] = []
    while position < server.log.end, piece.count < Self.pieceLimit {
      let event = server.log[position]
      position += 1
      version = max(version, event.object.version)
      if let line = line(event) { piece += line }
    }
    if !piece.isEmpty { return .tell(piece) }
    if let deadline, deadline <= now {
      hasEnded = true
      return .end
    }
    return .wait
  }

  /// An event that only says how far the watcher has come.
  func bookmark(_ version: UInt64) -> [UInt8] {
    let body: [String: JSONValue] = [
      "kind": .string(view == .whole ? place.kind.resource.kind : "PartialObjectMetadata"),
      "apiVersion": .string(view == .whole ? place.apiVersion : "meta.k8s.io/v1"),
      "metadata": .object(["resourceVersion": .string(String(version)), "creationTimestamp": .null]),
    ]
    return Self.line("BOOKMARK", JSONWriter.bytes(.object(body)))
  }

  func added(_ object: FakeObject) -> [UInt8] { Self.line("ADDED", FakeServer.render(object, place, view)) }

  static func tooOld(_ version: UInt64, _ compacted: UInt64) -> Status {
    Status(
      status: "Failure", message: "too old resource version: \(version) (\(compacted + 1))", reason: "Expired",
      code: 410)
  }

  static func line(_ type: String, _ object: [UInt8]) -> [UInt8] {
    Array("{\"type\":\"\(type)\",\"object\":".utf8) + object + Array("}\n".utf8)
  }

  /// What an event means to this watcher: an object that begins to match is new to it, one that ceases is gone.
  private func line(_ event: FakeLog.Event) -> [UInt8]? {
    guard event.shelf == place.kind.shelf, isMine(event.object) else { return nil }
    let matchesNow = event.change != .deleted && selector.matches(event.object)
    let matchedBefore = event.previous.map { selector.matches($0) } ?? false
    let type: FakeLog.Event.Change
    switch (matchedBefore, matchesNow) {
    case (false, false): return nil
    case (false, true): type = .added
    case (true, true): type = .modified
    case (true, false): type = .deleted
    }
    var object = event.object
    if type == .deleted, event.change != .deleted, let previous = event.previous {
      // It is shown as the watcher knew it, with the number of the write that took it from the watcher's sight.
      object = previous
      object.metadata["resourceVersion"] = .string(String(event.object.version))
      object.encode()
    }
    return Self.line(type.rawValue, FakeServer.render(object, place, view))
  }

  private func isMine(_ object: FakeObject) -> Bool {
    (place.namespace == nil || place.namespace == object.namespace)
      && (place.name == nil || place.name == object.name)
  }
}
