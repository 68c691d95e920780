/// The members of a JSON object, found and not read yet.
struct SparseObject<Key: CodingKey>: KeyedDecodingContainerProtocol {
  let object: SparseValue
  let members: [JSONScanner.Member]

  var codingPath: [any CodingKey] { [] }

  var allKeys: [Key] {
    var seen: Set<String> = []
    return members.compactMap { member in
      guard let name = try? object.text(member.name), seen.insert(name).inserted else { return nil }
      return Key(stringValue: name)
    }
  }

  private func find(_ key: Key) -> SparseValue? {
    var name = key.stringValue
    let start = name.withUTF8 { wanted in
      members.last { member in
        if member.name.count == wanted.count {
          return object.scanner.bytes[member.name].elementsEqual(wanted)
        }
        // With escapes a name is longer than what it stands for.
        return member.name.count > wanted.count && object.scanner.bytes[member.name].contains(UInt8(ascii: "\\"))
          && (try? object.text(member.name)).map { $0.utf8.elementsEqual(wanted) } ?? false
      }?.value
    }
    return start.map(object.inner)
  }

  private func value(_ key: Key) throws -> SparseValue {
    guard let value = find(key) else {
      throw DecodingError.keyNotFound(key, .init(codingPath: [], debugDescription: "it is missing"))
    }
    return value
  }

  func contains(_ key: Key) -> Bool { find(key) != nil }
  func decodeNil(forKey key: Key) throws -> Bool { try value(key).isNull }

  func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
    let value = try value(key)
    return try at(key) { try value.decode(type) }
  }

  /// Looks for the key once, where the default would do it three times.
  func decodeIfPresent<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value? {
    guard let value = find(key), !value.isNull else { return nil }
    return try at(key) { try value.decode(type) }
  }

  func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type, forKey key: Key
  ) throws -> KeyedDecodingContainer<Nested> {
    let value = try value(key)
    return try at(key) { try value.container(keyedBy: type) }
  }

  func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
    let value = try value(key)
    return try at(key) { try value.unkeyedContainer() }
  }

  func superDecoder() throws -> any Decoder { object }
  func superDecoder(forKey key: Key) throws -> any Decoder { try value(key) }
}

extension SparseObject {
  func decode(_ type: Bool.Type, forKey key: Key) throws -> Bool {
    let value = try value(key)
    return try at(key) { try value.bool() }
  }

  func decode(_ type: String.Type, forKey key: Key) throws -> String {
    let value = try value(key)
    return try at(key) { try value.string() }
  }

  func decode(_ type: Double.Type, forKey key: Key) throws -> Double {
    let value = try value(key)
    return try at(key) { try value.number() }
  }

  func decode(_ type: Float.Type, forKey key: Key) throws -> Float { Float(try decode(Double.self, forKey: key)) }
  func decode(_ type: Int.Type, forKey key: Key) throws -> Int { try integer(type, key) }
  func decode(_ type: Int8.Type, forKey key: Key) throws -> Int8 { try integer(type, key) }
  func decode(_ type: Int16.Type, forKey key: Key) throws -> Int16 { try integer(type, key) }
  func decode(_ type: Int32.Type, forKey key: Key) throws -> Int32 { try integer(type, key) }
  func decode(_ type: Int64.Type, forKey key: Key) throws -> Int64 { try integer(type, key) }
  func decode(_ type: UInt.Type, forKey key: Key) throws -> UInt { try integer(type, key) }
  func decode(_ type: UInt8.Type, forKey key: Key) throws -> UInt8 { try integer(type, key) }
  func decode(_ type: UInt16.Type, forKey key: Key) throws -> UInt16 { try integer(type, key) }
  func decode(_ type: UInt32.Type, forKey key: Key) throws -> UInt32 { try integer(type, key) }
  func decode(_ type: UInt64.Type, forKey key: Key) throws -> UInt64 { try integer(type, key) }

  private func integer<Number: FixedWidthInteger>(_ type: Number.Type, _ key: Key) throws -> Number {
    let value = try value(key)
    return try at(key) { try value.integer(type) }
  }

  /// As for any type: the key is looked for once.
  func decodeIfPresent(_ type: String.Type, forKey key: Key) throws -> String? {
    guard let value = find(key), !value.isNull else { return nil }
    return try at(key) { try value.string() }
  }
}
