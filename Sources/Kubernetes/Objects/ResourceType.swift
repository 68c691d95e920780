/// A collection of the API: which objects they are and where they live.
public struct ResourceType: Sendable, Hashable {
  /// Empty for the core group.
  public var group: String
  /// As `v1` or `v1beta1`.
  public var version: String
  /// Plural and lower-case, as it stands in paths: `deployments`.
  public var plural: String
  /// As in manifests: `Deployment`.
  public var kind: String
  public var isNamespaced: Bool

  public init(group: String = "", version: String = "v1", plural: String, kind: String, isNamespaced: Bool = true) {
    self.group = group
    self.version = version
    self.plural = plural
    self.kind = kind
    self.isNamespaced = isNamespaced
  }

  /// As in manifests: `apps/v1`, or `v1` for the core group.
  public var apiVersion: String { group.isEmpty ? version : "\(group)/\(version)" }

  /// The path of the collection, of one object, or of a part of one.
  ///
  /// - Parameter namespace: nil for all namespaces, and for what has none.
  public func path(in namespace: String? = nil, name: String? = nil, subresource: String? = nil) -> String {
    var path = group.isEmpty ? "/api/\(version)" : "/apis/\(group)/\(version)"
    if isNamespaced, let namespace { path += "/namespaces/\(Self.segment(namespace))" }
    path += "/\(plural)"
    if let name { path += "/\(Self.segment(name))" }
    if let subresource { path += "/\(subresource)" }
    return path
  }

  /// Why a name cannot stand in a path, as the end of a sentence that begins with the name; nil if it can. Servers and
  /// proxies read escaped slashes and dots as if they were not escaped, and so another path than was meant.
  ///
  /// Source: `k8s.io/apimachinery/pkg/api/validation/path`.
  static func segmentFault(_ text: String) -> String? {
    if text.isEmpty { return "is empty" }
    if text == "." || text == ".." { return "leads to another path" }
    // By bytes: to a Character, a slash with an accent is no slash.
    let isWhole = text.utf8.allSatisfy { $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "%") }
    return isWhole ? nil : "has a '/' or a '%' in it"
  }

  /// A name as one segment of a path: whatever is not unreserved there is escaped, so that no name can leave its place.
  static func segment(_ text: String) -> String {
    var result = ""
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "~"):
        result.unicodeScalars.append(Unicode.Scalar(byte))
      case UInt8(ascii: ".") where text != "." && text != "..": result += "."
      default: result += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
      }
    }
    return result
  }
}
