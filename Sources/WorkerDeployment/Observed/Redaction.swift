import Kubernetes
import OCIImages

/// Takes the values out of Secrets, so that nothing that is observed holds any. That a value changes still shows: each is
/// replaced by its hash.
enum Redaction {
  static func redacted(_ object: DynamicObject) -> DynamicObject {
    guard object.kind == "Secret" else { return object }
    var result = object
    for field in ["data", "stringData"] {
      guard let values = object.content[field]?.object else { continue }
      result.content[field] = .object(values.mapValues { .string(hash($0)) })
    }
    // kubectl keeps a copy of what it has applied here, values and all.
    result["metadata", "annotations"]?[.name("kubectl.kubernetes.io/last-applied-configuration")] = nil
    return result
  }

  private static func hash(_ value: JSONValue) -> String { Digest.of(JSONWriter.bytes(value)).description }
}
