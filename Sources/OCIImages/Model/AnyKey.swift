/// A key of a JSON object by its text.
struct AnyKey: CodingKey, Hashable {
  let stringValue: String
  var intValue: Int? { nil }

  init(_ text: String) { stringValue = text }
  init(stringValue: String) { self.stringValue = stringValue }
  init?(intValue: Int) { nil }
}

extension KeyedDecodingContainer where Key == AnyKey {
  /// A field that may be absent or null, as Docker writes what is empty.
  func optional<Value: Decodable>(_ key: String, _ type: Value.Type = Value.self) throws -> Value? {
    try decodeIfPresent(type, forKey: AnyKey(key))
  }

  /// What is not among the known keys.
  func others(than known: Set<String>) throws -> [String: JSONValue] {
    var result: [String: JSONValue] = [:]
    for key in allKeys where !known.contains(key.stringValue) {
      result[key.stringValue] = try decode(JSONValue.self, forKey: key)
    }
    return result
  }
}

extension KeyedEncodingContainer where Key == AnyKey {
  /// Writes a field unless it is nil.
  mutating func put(_ key: String, _ value: (some Encodable)?) throws {
    try encodeIfPresent(value, forKey: AnyKey(key))
  }

  mutating func put(others: [String: JSONValue]) throws {
    for (key, value) in others { try encode(value, forKey: AnyKey(key)) }
  }
}
