import Foundation
import MusterCore

/// One row of an answer. Columns are numbered from 0.
///
/// Traps if a column does not exist, is NULL where the reader is not an optional one, or is of a type that the reader does
/// not know: that is a mistake in the statement. Over tables of others, cast in the statement.
public struct PostgresRow: Sendable {
  let result: PostgresResult
  let row: Int32

  public func isNull(_ column: Int) -> Bool {
    _ = type(column)
    return result.library.getisnull(result.handle, row, Int32(truncatingIfNeeded: column)) != 0
  }

  /// An int2, int4, int8 or oid.
  public func int(_ column: Int) -> Int64 { required(optionalInt(column), column) }

  public func optionalInt(_ column: Int) -> Int64? {
    guard let bytes = field(column) else { return nil }
    switch type(column) {
    case TypeOID.int8: return bytes.integer(Int64.self)
    case TypeOID.int4: return Int64(bytes.integer(Int32.self))
    case TypeOID.int2: return Int64(bytes.integer(Int16.self))
    case TypeOID.oid: return Int64(bytes.integer(UInt32.self))
    default: preconditionFailure("column \(column) is no integer, but of type \(type(column))")
    }
  }

  public func bool(_ column: Int) -> Bool { required(optionalBool(column), column) }

  public func optionalBool(_ column: Int) -> Bool? {
    guard let bytes = field(column) else { return nil }
    precondition(type(column) == TypeOID.bool, "column \(column) is no bool, but of type \(type(column))")
    return bytes.integer(UInt8.self) != 0
  }

  /// A text, varchar, name, enum, json or jsonb.
  public func text(_ column: Int) -> String { required(optionalText(column), column) }

  public func optionalText(_ column: Int) -> String? {
    guard let bytes = field(column) else { return nil }
    // The binary form of jsonb is a version, 1, and then the text.
    return String(decoding: type(column) == TypeOID.jsonb ? bytes.dropFirst() : bytes[...], as: UTF8.self)
  }

  /// A bytea; of any other type its binary form.
  public func bytes(_ column: Int) -> Data { required(optionalBytes(column), column) }

  public func optionalBytes(_ column: Int) -> Data? {
    field(column).map { Data($0) }
  }

  /// A timestamptz, cut to the millisecond; a timestamp is taken for one in UTC.
  public func time(_ column: Int) -> Timestamp { required(optionalTime(column), column) }

  public func optionalTime(_ column: Int) -> Timestamp? {
    guard let bytes = field(column) else { return nil }
    precondition(
      type(column) == TypeOID.timestamptz || type(column) == TypeOID.timestamp,
      "column \(column) is no time, but of type \(type(column))")
    return ServerTime.timestamp(microseconds: bytes.integer(Int64.self))
  }

  /// A text[]: of any array of texts of one dimension. A NULL array reads as an empty one, a NULL element as "".
  public func texts(_ column: Int) -> [String] {
    guard let bytes = field(column) else { return [] }
    return bytes.elements().map { $0.map { String(decoding: $0, as: UTF8.self) } ?? "" }
  }

  private func type(_ column: Int) -> UInt32 {
    precondition(result.types.indices.contains(column), "no column \(column)")
    return result.types[column]
  }

  private func required<Value>(_ value: Value?, _ column: Int) -> Value {
    guard let value else { preconditionFailure("column \(column) is NULL") }
    return value
  }

  /// The bytes where libpq has them: valid as long as `result`, whom the row holds.
  private func field(_ column: Int) -> UnsafeRawBufferPointer? {
    if isNull(column) { return nil }
    let index = Int32(truncatingIfNeeded: column)
    let length = result.library.getlength(result.handle, row, index)
    return UnsafeRawBufferPointer(start: result.library.getvalue(result.handle, row, index), count: Int(length))
  }
}
