/// An object as the ``FakeCluster`` keeps it: without `kind` and `apiVersion`, which each request puts before it.
struct FakeObject: Sendable {
  var content: [String: JSONValue]
  /// The number of its last write.
  var version: UInt64 = 0
  /// As JSON; current since the last ``encode()``.
  private(set) var encoded: [UInt8] = []

  init(_ content: [String: JSONValue]) {
    self.content = content
    self.content["kind"] = nil
    self.content["apiVersion"] = nil
  }

  var metadata: [String: JSONValue] {
    get { content["metadata"]?.object ?? [:] }
    set { content["metadata"] = .object(newValue) }
  }
  var name: String { metadata["name"]?.string ?? "" }
  var namespace: String { metadata["namespace"]?.string ?? "" }
  var uid: String { metadata["uid"]?.string ?? "" }
  var finalizers: [String] {
    get { (metadata["finalizers"]?.array ?? []).compactMap(\.string) }
    set { metadata["finalizers"] = newValue.isEmpty ? nil : .array(newValue.map { .string($0) }) }
  }
  var isBeingDeleted: Bool { metadata["deletionTimestamp"]?.string != nil }
  var owners: [[String: JSONValue]] { (metadata["ownerReferences"]?.array ?? []).compactMap(\.object) }

  /// Where it stands on its shelf; also the order of lists.
  var key: String { namespace.isEmpty ? name : "\(namespace)/\(name)" }

  mutating func encode() { encoded = JSONWriter.bytes(.object(content)) }

  /// A field by its path, as `status`, `phase`.
  func text(at path: String...) -> String? {
    var value = JSONValue.object(content)
    for step in path {
      guard let next = value.object?[step] else { return nil }
      value = next
    }
    return value.string
  }

  /// Whether anything differs but the times at which managers wrote.
  func isSame(as other: FakeObject) -> Bool {
    var (mine, its) = (self, other)
    for path in ["resourceVersion", "managedFields"] {
      mine.metadata[path] = nil
      its.metadata[path] = nil
    }
    return mine.content == its.content && untimed(metadata) == untimed(other.metadata)
  }

  private func untimed(_ metadata: [String: JSONValue]) -> [[String: JSONValue]] {
    (metadata["managedFields"]?.array ?? []).compactMap(\.object).map { entry in
      entry.filter { $0.key != "time" }
    }
  }
}
