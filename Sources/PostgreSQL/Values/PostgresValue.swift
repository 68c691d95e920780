import Foundation
import MusterCore

/// A value that goes along with a statement as `$1`, `$2`, …: sent in binary and with its type, never pasted into SQL.
public enum PostgresValue: Sendable {
  case null
  /// int8
  case int(Int64)
  case int4(Int32)
  case int2(Int16)
  case bool(Bool)
  /// The server refuses a text that holds a zero byte (22021).
  case text(String)
  /// bytea
  case bytes(Data)
  /// timestamptz. What lies beyond the server's years becomes `infinity` or `-infinity`.
  case time(Timestamp)
  /// int8[]
  case ints([Int64])
  case int4s([Int32])
  /// int8[]
  case optionalInts([Int64?])
  case bools([Bool])
  case texts([String])
  case optionalTexts([String?])
  /// bytea[]
  case byteas([Data?])
  /// timestamptz[]
  case times([Timestamp?])

  /// What the server is told about its type; nothing about ``null``.
  var typeOID: UInt32 {
    switch self {
    case .null: TypeOID.unknown
    case .int: TypeOID.int8
    case .int4: TypeOID.int4
    case .int2: TypeOID.int2
    case .bool: TypeOID.bool
    case .text: TypeOID.text
    case .bytes: TypeOID.bytea
    case .time: TypeOID.timestamptz
    case .ints, .optionalInts: TypeOID.int8Array
    case .int4s: TypeOID.int4Array
    case .bools: TypeOID.boolArray
    case .texts, .optionalTexts: TypeOID.textArray
    case .byteas: TypeOID.byteaArray
    case .times: TypeOID.timestamptzArray
    }
  }
}
