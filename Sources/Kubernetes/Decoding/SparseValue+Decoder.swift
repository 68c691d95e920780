extension SparseValue: Decoder {
  var codingPath: [any CodingKey] { [] }
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
    guard first == UInt8(ascii: "{") else { throw mismatch([String: Any].self) }
    return KeyedDecodingContainer(
      SparseObject(object: self, members: try reading { () throws(JSONFault) in try scanner.members(start) }))
  }

  func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
    guard first == UInt8(ascii: "[") else { throw mismatch([Any].self) }
    return SparseArray(array: self, elements: try reading { () throws(JSONFault) in try scanner.elements(start) })
  }

  func singleValueContainer() -> any SingleValueDecodingContainer { self }
}

extension SparseValue: SingleValueDecodingContainer {
  func decodeNil() -> Bool { isNull }
  func decode(_ type: Bool.Type) throws -> Bool { try bool() }
  func decode(_ type: String.Type) throws -> String { try string() }
  func decode(_ type: Double.Type) throws -> Double { try number() }
  func decode(_ type: Float.Type) throws -> Float { Float(try number()) }
  func decode(_ type: Int.Type) throws -> Int { try integer(type) }
  func decode(_ type: Int8.Type) throws -> Int8 { try integer(type) }
  func decode(_ type: Int16.Type) throws -> Int16 { try integer(type) }
  func decode(_ type: Int32.Type) throws -> Int32 { try integer(type) }
  func decode(_ type: Int64.Type) throws -> Int64 { try integer(type) }
  func decode(_ type: UInt.Type) throws -> UInt { try integer(type) }
  func decode(_ type: UInt8.Type) throws -> UInt8 { try integer(type) }
  func decode(_ type: UInt16.Type) throws -> UInt16 { try integer(type) }
  func decode(_ type: UInt32.Type) throws -> UInt32 { try integer(type) }
  func decode(_ type: UInt64.Type) throws -> UInt64 { try integer(type) }
}

/// Runs `body`; an error gets the key at the front of its path. So the path costs nothing while all is well.
func at<Value>(_ key: @autoclosure () -> any CodingKey, _ body: () throws -> Value) throws -> Value {
  do {
    return try body()
  } catch let error as DecodingError {
    let key = key()
    func below(_ context: DecodingError.Context) -> DecodingError.Context {
      .init(
        codingPath: [key] + context.codingPath, debugDescription: context.debugDescription,
        underlyingError: context.underlyingError)
    }
    switch error {
    case .typeMismatch(let type, let context): throw DecodingError.typeMismatch(type, below(context))
    case .valueNotFound(let type, let context): throw DecodingError.valueNotFound(type, below(context))
    case .keyNotFound(let missing, let context): throw DecodingError.keyNotFound(missing, below(context))
    case .dataCorrupted(let context): throw DecodingError.dataCorrupted(below(context))
    @unknown default: throw error
    }
  }
}
