/// One step of a JSON patch (RFC 6902).
public struct PatchOperation: Sendable, Hashable, Encodable {
  /// `add`, `remove`, `replace`, `move`, `copy` or `test`.
  public let op: String
  /// A JSON pointer, as `/spec/replicas`; `~1` stands for a slash in a name, `~0` for a tilde.
  public let path: String
  public let from: String?
  public let value: JSONValue?

  public static func add(_ path: String, _ value: JSONValue) -> Self { Self(op: "add", path: path, value: value) }
  public static func remove(_ path: String) -> Self { Self(op: "remove", path: path) }
  public static func replace(_ path: String, _ value: JSONValue) -> Self {
    Self(op: "replace", path: path, value: value)
  }
  public static func move(from: String, to path: String) -> Self { Self(op: "move", path: path, from: from) }
  public static func copy(from: String, to path: String) -> Self { Self(op: "copy", path: path, from: from) }
  /// The whole patch is refused unless the value is this.
  public static func test(_ path: String, _ value: JSONValue) -> Self { Self(op: "test", path: path, value: value) }

  private init(op: String, path: String, from: String? = nil, value: JSONValue? = nil) {
    self.op = op
    self.path = path
    self.from = from
    self.value = value
  }
}
