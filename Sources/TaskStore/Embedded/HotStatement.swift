import Foundation
import GRDB
import GRDBSQLite

/// A statement of the hot path, bound and stepped by SQLite's own calls.
///
/// GRDB's arguments and rows allocate for every value; at tens of thousands of tasks a second that was most of the time.
struct HotStatement {
  /// Owns the prepared statement, and with it the handle.
  private let statement: Statement

  init(_ db: Database, _ sql: String) throws { statement = try db.makeStatement(sql: sql) }

  /// Runs a statement that returns no rows.
  ///
  /// - Parameter bind: gives the values in the order of their places.
  @inline(__always)
  func run(_ bind: (inout Values) -> Void) throws {
    let handle = statement.sqliteStatement
    var values = Values(handle: handle)
    bind(&values)
    let code = sqlite3_step(handle)
    guard code == SQLITE_DONE else { throw failure(code) }
    sqlite3_reset(handle)
  }

  /// The first row, made into a value by `read`; nil if there is none.
  @inline(__always)
  func first<Value>(_ bind: (inout Values) -> Void, _ read: (Columns) throws -> Value) throws -> Value? {
    let handle = statement.sqliteStatement
    var values = Values(handle: handle)
    bind(&values)
    defer { sqlite3_reset(handle) }
    switch sqlite3_step(handle) {
    case SQLITE_ROW: return try read(Columns(handle: handle))
    case SQLITE_DONE: return nil
    case let code: throw failure(code)
    }
  }

  /// The error of a failed step. Resets the statement: an unfinished one would hold the transaction open.
  private func failure(_ code: CInt) -> DatabaseError {
    let connection = sqlite3_db_handle(statement.sqliteStatement)
    let error = DatabaseError(
      resultCode: ResultCode(rawValue: sqlite3_extended_errcode(connection)),
      message: sqlite3_errmsg(connection).map { String(cString: $0) }, sql: statement.sql)
    sqlite3_reset(statement.sqliteStatement)
    return error
  }

  /// Takes the values of a statement's places, first to last.
  struct Values {
    fileprivate let handle: SQLiteStatement
    private var place: CInt = 0
    /// SQLite copies what is given to it so.
    private static let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

    fileprivate init(handle: SQLiteStatement) { self.handle = handle }

    @inline(__always)
    mutating func add(_ number: some FixedWidthInteger) {
      place += 1
      sqlite3_bind_int64(handle, place, Int64(clamping: number))
    }

    @inline(__always)
    mutating func add(_ flag: Bool) { add(flag ? 1 : 0) }

    @inline(__always)
    mutating func add(_ number: Int64?) {
      if let number { add(number) } else { addNull() }
    }

    @inline(__always)
    mutating func add(_ text: String?) {
      guard var text else { return addNull() }
      place += 1
      _ = text.withUTF8 { bytes in
        bytes.withMemoryRebound(to: CChar.self) {
          // Without a start, SQLite would take it for NULL.
          $0.isEmpty
            ? sqlite3_bind_text(handle, place, "", 0, Self.copied)
            : sqlite3_bind_text(handle, place, $0.baseAddress, CInt(clamping: $0.count), Self.copied)
        }
      }
    }

    @inline(__always)
    mutating func add(_ bytes: Data?) {
      guard let bytes else { return addNull() }
      place += 1
      _ = bytes.withUnsafeBytes {
        if let start = $0.baseAddress, !$0.isEmpty {
          sqlite3_bind_blob64(handle, place, start, UInt64($0.count), Self.copied)
        } else {
          sqlite3_bind_zeroblob(handle, place, 0)
        }
      }
    }

    @inline(__always)
    mutating func addNull() {
      place += 1
      sqlite3_bind_null(handle, place)
    }
  }

  /// The columns of the row that the statement stands on; valid until `read` returns.
  struct Columns {
    fileprivate let handle: SQLiteStatement

    func number(_ column: CInt) -> Int64 { sqlite3_column_int64(handle, column) }

    func text(_ column: CInt) -> String? {
      guard let start = sqlite3_column_text(handle, column) else { return nil }
      return String(
        decoding: UnsafeBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, column))), as: UTF8.self)
    }

    func bytes(_ column: CInt) -> Data? {
      guard let start = sqlite3_column_blob(handle, column) else { return nil }
      return Data(bytes: start, count: Int(sqlite3_column_bytes(handle, column)))
    }
  }
}
