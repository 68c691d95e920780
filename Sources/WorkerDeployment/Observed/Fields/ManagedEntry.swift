import Kubernetes

/// One entry of `metadata.managedFields`.
struct ManagedEntry: Sendable, Hashable {
  var manager: String
  /// `Apply` or `Update`.
  var operation: String
  var apiVersion: String
  var subresource: String?
  var fields: FieldSet
  /// As the server wrote it.
  var content: [String: JSONValue]

  init?(_ value: JSONValue) {
    guard let content = value.object, let manager = content["manager"]?.string else { return nil }
    self.manager = manager
    self.content = content
    operation = content["operation"]?.string ?? ""
    apiVersion = content["apiVersion"]?.string ?? ""
    subresource = content["subresource"]?.string.flatMap { $0.isEmpty ? nil : $0 }
    fields = FieldSet(content["fieldsV1"])
  }

  static func all(of object: DynamicObject) -> [ManagedEntry] {
    (object["metadata", "managedFields"]?.array ?? []).compactMap { ManagedEntry($0) }
  }

  /// What kubectl has written, as the original scripts do: with `apply`, `create`, `annotate`; or what was there before the
  /// server kept account of fields.
  var isOfOriginal: Bool {
    operation == "Update" && subresource == nil && (manager.hasPrefix("kubectl") || manager == "before-first-apply")
  }

  var isOurs: Bool { manager == WorkerNames.manager && subresource == nil }

  /// Written by one of our commands, and not by somebody behind our back.
  var isOfMuster: Bool { manager == WorkerNames.manager || manager == WorkerNames.adjuster }

  /// When it was written last, in RFC 3339 and UTC, so that texts compare as times do.
  var time: String? { content["time"]?.string }
}
