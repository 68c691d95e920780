import NIOCore

import class Foundation.JSONEncoder

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
    get { content["metadata"]?.fields ?? [:] }
    set { content["metadata"] = .object(newValue) }
  }
  var name: String { metadata["name"]?.text ?? "" }
  var namespace: String { metadata["namespace"]?.text ?? "" }
  var uid: String { metadata["uid"]?.text ?? "" }
  var finalizers: [String] {
    get { (metadata["finalizers"]?.elements ?? []).compactMap(\.text) }
    set { metadata["finalizers"] = newValue.isEmpty ? nil : .array(newValue.map { .string($0) }) }
  }
  var isBeingDeleted: Bool { metadata["deletionTimestamp"]?.text != nil }
  var owners: [[String: JSONValue]] { (metadata["ownerReferences"]?.elements ?? []).compactMap(\.fields) }

  /// Where it stands on its shelf; also the order of lists.
  var key: String { namespace.isEmpty ? name : "\(namespace)/\(name)" }

  mutating func encode() { encoded = JSONValue.object(content).bytes }

  /// A field by its path, as `status`, `phase`.
  func text(at path: String...) -> String? {
    var value = JSONValue.object(content)
    for step in path {
      guard let next = value.fields?[step] else { return nil }
      value = next
    }
    return value.text
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
    (metadata["managedFields"]?.elements ?? []).compactMap(\.fields).map { entry in
      entry.filter { $0.key != "time" }
    }
  }
}

extension JSONValue {
  /// The string, if it is one.
  var text: String? { if case .string(let text) = self { text } else { nil } }
  /// The members, if it is an object.
  var fields: [String: JSONValue]? { if case .object(let fields) = self { fields } else { nil } }
  /// The elements, if it is an array.
  var elements: [JSONValue]? { if case .array(let elements) = self { elements } else { nil } }
  /// The whole number, if it is one.
  var whole: Int64? { if case .integer(let number) = self { number } else { nil } }

  /// As JSON, the members of objects in the order of their names.
  var bytes: [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // Only a number that JSON cannot write fails, and none such came in as JSON.
    return (try? encoder.encode(self)).map { [UInt8]($0) } ?? Array("null".utf8)
  }
}
