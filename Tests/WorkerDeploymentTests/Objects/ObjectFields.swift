import Kubernetes

@testable import WorkerDeployment

/// The fields of objects, one by one: `deployment/prover-cli-t .spec.replicas` and its value.
enum ObjectFields {
  static func all(_ objects: [DynamicObject]) -> [String: String] {
    var fields: [String: String] = [:]
    for object in objects {
      let title = "\((object.kind ?? "").lowercased())/\(object.name ?? "")"
      add(.object(object.content), "\(title) ", &fields)
    }
    return fields
  }

  private static func add(_ value: JSONValue, _ path: String, _ fields: inout [String: String]) {
    switch value {
    case .object(let members) where !members.isEmpty:
      for (key, member) in members {
        add(member, key.contains(".") || key.contains("/") ? "\(path)[\(key)]" : "\(path).\(key)", &fields)
      }
    case .array(let elements) where elements.contains { $0.object != nil }:
      for (index, element) in elements.enumerated() {
        add(element, "\(path)[\(element["name"]?.string ?? "\(index)")]", &fields)
      }
    default: fields[path] = JSONWriter.text(value)
    }
  }

  /// `- FIELD` is gone, `+ FIELD` is new, `~ FIELD` has changed; sorted by field.
  static func changes(from old: [String: String], to new: [String: String]) -> [String] {
    Set(old.keys).union(new.keys).sorted().compactMap { field in
      switch (old[field], new[field]) {
      case (let before?, let after?) where before != after: "~ \(field): \(before) -> \(after)"
      case (let before?, nil): "- \(field): \(before)"
      case (nil, let after?): "+ \(field): \(after)"
      default: nil
      }
    }
  }
}
