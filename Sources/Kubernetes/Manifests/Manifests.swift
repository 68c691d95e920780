import Foundation
import NIOCore

/// Reads and writes manifests: objects in YAML or JSON, one after the other in one file.
///
/// What kubectl reads means the same here; what is written is read back without loss, by kubectl too.
public enum Manifests {
  /// Bytes of one file, and of one document with its aliases written out.
  public static let largest = 32 << 20

  /// Reads all objects of a text. Empty documents are skipped.
  ///
  /// - Parameters:
  ///   - text: YAML documents with `---` between them, or JSON objects one after the other.
  ///   - name: what the text is called in errors, usually its file.
  ///   - flattensLists: objects of a kind `List` are replaced by their items, as kubectl does. Items of a `PodList` and the
  ///     like, which the API server gives without their kind, get it from the list's.
  /// - Throws: ``KubernetesError`` (`badManifest`), with file, document and line.
  public static func read(_ text: String, name: String = "manifest", flattensLists: Bool = true)
    throws(KubernetesError) -> [DynamicObject]
  {
    try read(Array(text.utf8), name: name, flattensLists: flattensLists)
  }

  /// As above, from a file.
  public static func read(file path: String, flattensLists: Bool = true) throws(KubernetesError) -> [DynamicObject] {
    let bytes = try BoundedFile.read(path, largest: largest) { reason in
      KubernetesError(.badManifest, "the manifest '\(path)' cannot be read: \(reason)", details: ["file": path])
    }
    return try read(bytes, name: path, flattensLists: flattensLists)
  }

  /// As above, from bytes in UTF-8.
  public static func read(_ bytes: [UInt8], name: String = "manifest", flattensLists: Bool = true)
    throws(KubernetesError) -> [DynamicObject]
  {
    guard bytes.count <= largest else {
      throw error(name, nil, nil, "it has over \(largest) bytes; split it")
    }
    var objects: [DynamicObject] = []
    for (index, document) in try documents(bytes, name).enumerated() where !document.value.isNull {
      guard case .object(let content) = document.value else {
        throw error(name, index + 1, document.line, "an object with apiVersion and kind should stand there")
      }
      if flattensLists, isList(content) {
        for item in content["items"]?.array ?? [] {
          objects.append(try object(named(item, by: content), name, index + 1, document.line))
        }
      } else {
        objects.append(try object(document.value, name, index + 1, document.line))
      }
    }
    return objects
  }

  private static func isList(_ content: [String: JSONValue]) -> Bool {
    guard let kind = content["kind"]?.string, kind.hasSuffix("List") else { return false }
    return content["items"]?.array != nil
  }

  /// An item of a list, with version and kind if it lacks one of them and the list's kind tells.
  private static func named(_ item: JSONValue, by list: [String: JSONValue]) -> JSONValue {
    func lacks(_ field: String) -> Bool { [nil, .null, ""].contains(item[.name(field)]) }
    guard case .object(var content) = item, lacks("apiVersion") || lacks("kind"),
      let kind = list["kind"]?.string?.dropLast("List".count), !kind.isEmpty, let version = list["apiVersion"]
    else { return item }
    content["kind"] = .string(String(kind))
    content["apiVersion"] = version
    return .object(content)
  }

  private static func object(_ value: JSONValue, _ name: String, _ number: Int, _ line: Int)
    throws(KubernetesError) -> DynamicObject
  {
    guard case .object(let content) = value else { throw error(name, number, line, "an item of a list is no object") }
    for field in ["apiVersion", "kind"] {
      guard let text = content[field]?.string, !text.isEmpty else {
        throw error(name, number, line, "the object has no '\(field)', or it is not a string")
      }
    }
    guard content["metadata"] == nil || content["metadata"]?.object != nil else {
      throw error(name, number, line, "the object's 'metadata' is not a mapping")
    }
    return DynamicObject(content)
  }

  /// All documents with the lines on which they begin.
  static func documents(_ bytes: [UInt8], _ name: String) throws(KubernetesError) -> [(value: JSONValue, line: Int)] {
    // JSON is YAML for the most part, but libyaml does not read all of its escapes.
    if let first = bytes.first(where: { ![0x20, 0x0A, 0x0D, 0x09].contains($0) }), first == UInt8(ascii: "{"),
      let values = try? JSONReader.parseAll(bytes)
    {
      return values
    }
    var reader = YAMLReader(bytes, largest: largest)
    var documents: [(value: JSONValue, line: Int)] = []
    do throws(YAMLFault) {
      while let document = try reader.next() { documents.append(document) }
    } catch {
      throw Self.error(name, documents.count + 1, error.line, error.reason)
    }
    return documents
  }

  private static func error(_ name: String, _ document: Int?, _ line: Int?, _ reason: String) -> KubernetesError {
    var details = ["file": name]
    var place = ""
    if let document {
      details["document"] = "\(document)"
      place += ", document \(document)"
    }
    if let line {
      details["line"] = "\(line)"
      place += ", line \(line)"
    }
    return KubernetesError(.badManifest, "\(name)\(place): \(reason)", details: details)
  }
}
