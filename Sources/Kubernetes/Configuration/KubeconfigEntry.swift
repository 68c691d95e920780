import Foundation
import MusterCore

/// A named part of a kubeconfig file: a cluster, a user or a context, and where it stands.
struct KubeconfigEntry: Sendable, CustomStringConvertible, CustomReflectable {
  /// Its list in the file: `clusters`, `users` or `contexts`.
  let list: String
  let name: String
  let fields: [String: JSONValue]
  /// The file's path; relative paths in the entry are relative to its folder.
  let file: String

  /// Without the fields: tokens, keys and passwords are among them, and whoever prints a configuration prints this too.
  var description: String { "\(list)[\(name)] of \(file)" }
  var customMirror: Mirror { Mirror(self, children: ["list": list, "name": name, "file": file]) }

  /// A string; nil if the field is missing, null or empty.
  func text(_ field: String) throws(KubernetesError) -> String? {
    switch fields[field] {
    case nil, .null?: return nil
    case .string(let text)?: return text.isEmpty ? nil : text
    default: throw error(field, "it is not a string; put it in quotes")
    }
  }

  func secret(_ field: String) throws(KubernetesError) -> Secret<String>? { try text(field).map { Secret($0) } }

  /// False if the field is missing.
  func flag(_ field: String) throws(KubernetesError) -> Bool {
    switch fields[field] {
    case nil, .null?: return false
    case .bool(let value)?: return value
    default: throw error(field, "it is neither true nor false")
    }
  }

  func list(_ field: String) throws(KubernetesError) -> [JSONValue] {
    switch fields[field] {
    case nil, .null?: return []
    case .array(let elements)?: return elements
    default: throw error(field, "it is not a list")
    }
  }

  func texts(_ field: String) throws(KubernetesError) -> [String] {
    var texts: [String] = []
    for element in try list(field) {
      guard case .string(let text) = element else { throw error(field, "one of its elements is not a string") }
      texts.append(text)
    }
    return texts
  }

  /// A path, from the folder of the file if it is relative.
  func path(_ field: String) throws(KubernetesError) -> String? { try text(field).map(resolved) }

  func resolved(_ path: String) -> String {
    path.hasPrefix("/") ? path : folder + "/" + path
  }

  private var folder: String {
    guard let slash = file.lastIndex(of: "/") else { return "." }
    return slash == file.startIndex ? "" : String(file[..<slash])
  }

  /// Text that stands in the file in base64 (`field-data`).
  func data(_ field: String) throws(KubernetesError) -> String? {
    guard let text = try text(field) else { return nil }
    guard let bytes = Data(base64Encoded: text.filter { !$0.isWhitespace }),
      let decoded = String(validating: bytes, as: UTF8.self)
    else { throw error(field, "it is not base64") }
    return decoded
  }

  /// - Parameters:
  ///   - field: empty for the entry as a whole.
  ///   - reason: the rest of the sentence; never holds the field's value if that may be a secret.
  func error(_ field: String, _ reason: String) -> KubernetesError {
    let inner = list == "contexts" ? "context" : list == "users" ? "user" : "cluster"
    let path = "\(list)[\(name)].\(inner)\(field.isEmpty ? "" : ".\(field)")"
    return KubernetesError(
      .badConfiguration, "kubeconfig '\(file)', field '\(path)': \(reason)",
      details: ["file": file, inner: name, "field": path])
  }
}
