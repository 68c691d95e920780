import Kubernetes
import OCIImages

/// What was applied, kept on the object itself, in its annotation ``WorkerNames/applied``: the server keeps account of whose a field
/// is, and forgets what its value was as soon as somebody else has changed it.
///
/// Of Secrets the names of values are kept and nothing of the values, and of long texts their hash. The number of workers is left
/// out: whoever scales does what was meant.
enum AppliedRecord {
  /// Bytes of a text that is kept as it is.
  static let longestText = 200
  /// Bytes of a record: all annotations of an object may have 262,144 together.
  static let largest = 65_536

  /// The same objects with their records, and with all their titles on the deployment.
  static func stamped(_ objects: [WantedObject]) -> [WantedObject] {
    let titles = objects.map(\.title).sorted().joined(separator: ",")
    return objects.map { wanted in
      var result = wanted
      if wanted.type.kind == "Deployment" { annotate(&result.object, WorkerNames.objects, titles) }
      let text = JSONWriter.text(document(result.object))
      if text.utf8.count <= largest { annotate(&result.object, WorkerNames.applied, text) }
      return result
    }
  }

  /// Nil: it has none, or none that can be read.
  static func read(_ object: DynamicObject) -> JSONValue? {
    guard let text = object["metadata", "annotations"]?[.name(WorkerNames.applied)]?.string,
      text.utf8.count <= largest, let value = try? JSONReader.parse(Array(text.utf8)), value.object != nil
    else { return nil }
    return value
  }

  /// What stands for a text in a record.
  static func short(_ text: String) -> String {
    text.utf8.count > longestText ? Digest.of(text.utf8).description : text
  }

  private static func document(_ object: DynamicObject) -> JSONValue {
    var content = object.content
    for field in ["apiVersion", "kind", "status"] { content[field] = nil }
    var metadata = content["metadata"]?.object ?? [:]
    metadata = metadata.filter { ["labels", "annotations"].contains($0.key) }
    content["metadata"] = metadata.isEmpty ? nil : .object(metadata)
    if object.kind == "Secret" {
      for field in ["data", "stringData"] {
        content[field] = content[field]?.object.map { .object($0.mapValues { _ in FieldDiff.redacted }) }
      }
    }
    var result = JSONValue.object(content)
    if object.kind == "Deployment" { result["spec", "replicas"] = nil }
    return shortened(result)
  }

  private static func shortened(_ value: JSONValue) -> JSONValue {
    switch value {
    case .object(let fields): .object(fields.mapValues(shortened))
    case .array(let elements): .array(elements.map(shortened))
    case .string(let text): .string(short(text))
    default: value
    }
  }

  private static func annotate(_ object: inout DynamicObject, _ key: String, _ text: String) {
    var annotations = object["metadata", "annotations"]?.object ?? [:]
    annotations[key] = .string(text)
    object["metadata", "annotations"] = .object(annotations)
  }
}
