/// Numbers of libpq-fe.h.
enum ConnectionStatus {
  static let ok: Int32 = 0
}

enum TransactionStatus {
  static let idle: Int32 = 0
  static let active: Int32 = 1
  static let inTransaction: Int32 = 2
  static let inFailedTransaction: Int32 = 3
}

enum ResultStatus {
  static let emptyQuery: Int32 = 0
  static let commandOK: Int32 = 1
  static let tuplesOK: Int32 = 2
  /// COPY in either direction, or both at once.
  static func isCopy(_ status: Int32) -> Bool { status == 3 || status == 4 || status == 8 }
  static let pipelineSync: Int32 = 10
  static let pipelineAborted: Int32 = 11
}

/// `PG_DIAG_…`: letters that name the fields of an error.
enum ErrorField {
  static let sqlState = Int32(UInt8(ascii: "C"))
  static let primary = Int32(UInt8(ascii: "M"))
  static let detail = Int32(UInt8(ascii: "D"))
  static let hint = Int32(UInt8(ascii: "H"))
  static let sourceFunction = Int32(UInt8(ascii: "R"))
  static let table = Int32(UInt8(ascii: "t"))
  static let constraint = Int32(UInt8(ascii: "n"))
}

/// Numbers of the server's own types (its catalog `pg_type`): they never change.
enum TypeOID {
  static let unknown: UInt32 = 0
  static let bool: UInt32 = 16
  static let bytea: UInt32 = 17
  static let int8: UInt32 = 20
  static let int2: UInt32 = 21
  static let int4: UInt32 = 23
  static let text: UInt32 = 25
  static let oid: UInt32 = 26
  static let boolArray: UInt32 = 1000
  static let byteaArray: UInt32 = 1001
  static let int4Array: UInt32 = 1007
  static let textArray: UInt32 = 1009
  static let int8Array: UInt32 = 1016
  static let timestamp: UInt32 = 1114
  static let timestamptz: UInt32 = 1184
  static let timestamptzArray: UInt32 = 1185
  static let jsonb: UInt32 = 3802
}
