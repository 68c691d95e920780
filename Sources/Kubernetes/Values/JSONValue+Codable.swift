import Foundation

extension JSONValue: Codable {
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    // A wrong guess makes an error, which is slow: the most frequent are asked for first.
    if container.decodeNil() {
      self = .null
    } else if let value = try? container.decode([String: JSONValue].self) {
      self = .object(value)
    } else if let value = try? container.decode(String.self) {
      self = .string(value)
    } else if let value = try? container.decode(Bool.self) {
      self = .bool(value)
    } else if let value = try? container.decode(Int64.self) {
      self = .integer(value)
    } else if let value = try? container.decode(Double.self) {
      self = .number(value)
    } else {
      self = .array(try container.decode([JSONValue].self))
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .null: try container.encodeNil()
    case .bool(let value): try container.encode(value)
    case .integer(let value): try container.encode(value)
    case .number(let value): try container.encode(value)
    case .string(let value): try container.encode(value)
    case .array(let value): try container.encode(value)
    case .object(let value): try container.encode(value)
    }
  }

  /// What a value encodes to, by `Foundation.JSONEncoder`.
  public init(encoding value: some Encodable) throws {
    self = try JSONReader.parse(try JSONEncoder().encode(value))
  }

  /// This value as a type that is known when the program is compiled, read as an object from the server is.
  ///
  /// - Throws: `DecodingError`, or what the type throws.
  public func decoded<Value: Decodable>(as type: Value.Type = Value.self) throws -> Value {
    try SparseDecoder.decode(Value.self, from: JSONWriter.buffer(self))
  }
}
