import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// PostgreSQL's client library as a table of its functions, opened when it is first needed.
///
/// It is not linked: a program that never speaks to a database then runs on machines that lack libpq and the forty
/// libraries that it drags along. Signatures are those of libpq-fe.h; `PGconn *` and `PGresult *` are `OpaquePointer`.
final class LibPQ: Sendable {
  typealias Connection = OpaquePointer
  typealias Result = OpaquePointer
  typealias CStrings = UnsafePointer<UnsafePointer<CChar>?>
  typealias CString = UnsafePointer<CChar>
  typealias MutableCString = UnsafeMutablePointer<CChar>
  typealias NoticeProcessor = @convention(c) (UnsafeMutableRawPointer?, CString?) -> Void

  let conninfoParse: @convention(c) (CString, UnsafeMutablePointer<MutableCString?>?) -> UnsafeMutableRawPointer?
  let conninfo: @convention(c) (Connection?) -> UnsafeMutableRawPointer?
  let conninfoFree: @convention(c) (UnsafeMutableRawPointer?) -> Void
  let freemem: @convention(c) (UnsafeMutableRawPointer?) -> Void

  let connectStartParams: @convention(c) (CStrings, CStrings, Int32) -> Connection?
  let connectdbParams: @convention(c) (CStrings, CStrings, Int32) -> Connection?
  let finish: @convention(c) (Connection?) -> Void
  let status: @convention(c) (Connection?) -> Int32
  let transactionStatus: @convention(c) (Connection?) -> Int32
  let errorMessage: @convention(c) (Connection?) -> CString?
  let socket: @convention(c) (Connection?) -> Int32
  let setNoticeProcessor: @convention(c) (Connection?, NoticeProcessor?, UnsafeMutableRawPointer?) -> NoticeProcessor?

  let sendQuery: @convention(c) (Connection?, CString) -> Int32
  let sendPrepare: @convention(c) (Connection?, CString, CString, Int32, UnsafePointer<UInt32>?) -> Int32
  let sendQueryPrepared:
    @convention(c) (
      Connection?, CString, Int32, CStrings?, UnsafePointer<Int32>?, UnsafePointer<Int32>?, Int32
    ) -> Int32
  let getResult: @convention(c) (Connection?) -> Result?
  let enterPipelineMode: @convention(c) (Connection?) -> Int32
  let exitPipelineMode: @convention(c) (Connection?) -> Int32
  let pipelineSync: @convention(c) (Connection?) -> Int32
  let consumeInput: @convention(c) (Connection?) -> Int32
  let notifies: @convention(c) (Connection?) -> UnsafeMutableRawPointer?

  let resultStatus: @convention(c) (Result?) -> Int32
  let resultErrorField: @convention(c) (Result?, Int32) -> CString?
  let resultErrorMessage: @convention(c) (Result?) -> CString?
  let ntuples: @convention(c) (Result?) -> Int32
  let nfields: @convention(c) (Result?) -> Int32
  let ftype: @convention(c) (Result?, Int32) -> UInt32
  let cmdTuples: @convention(c) (Result?) -> CString?
  let getvalue: @convention(c) (Result?, Int32, Int32) -> UnsafePointer<UInt8>?
  let getlength: @convention(c) (Result?, Int32, Int32) -> Int32
  let getisnull: @convention(c) (Result?, Int32, Int32) -> Int32
  let clear: @convention(c) (Result?) -> Void

  private static let opened = Swift.Result { () throws(PostgresError) in try LibPQ(names: names) }

  #if canImport(Darwin)
    private static let names = ["libpq.5.dylib", "libpq.dylib"]
  #else
    private static let names = ["libpq.so.5", "libpq.so"]
  #endif

  /// The one of this process. Whether it can be opened is decided once.
  static func shared() throws(PostgresError) -> LibPQ { try opened.get() }

  /// - Parameter names: tried in this order, each where the system looks for libraries.
  init(names: [String]) throws(PostgresError) {
    let symbols = try Symbols(opening: names)
    conninfoParse = try symbols("PQconninfoParse")
    conninfo = try symbols("PQconninfo")
    conninfoFree = try symbols("PQconninfoFree")
    freemem = try symbols("PQfreemem")
    connectStartParams = try symbols("PQconnectStartParams")
    connectdbParams = try symbols("PQconnectdbParams")
    finish = try symbols("PQfinish")
    status = try symbols("PQstatus")
    transactionStatus = try symbols("PQtransactionStatus")
    errorMessage = try symbols("PQerrorMessage")
    socket = try symbols("PQsocket")
    setNoticeProcessor = try symbols("PQsetNoticeProcessor")
    sendQuery = try symbols("PQsendQuery")
    sendPrepare = try symbols("PQsendPrepare")
    sendQueryPrepared = try symbols("PQsendQueryPrepared")
    getResult = try symbols("PQgetResult")
    enterPipelineMode = try symbols("PQenterPipelineMode")
    exitPipelineMode = try symbols("PQexitPipelineMode")
    pipelineSync = try symbols("PQpipelineSync")
    consumeInput = try symbols("PQconsumeInput")
    notifies = try symbols("PQnotifies")
    resultStatus = try symbols("PQresultStatus")
    resultErrorField = try symbols("PQresultErrorField")
    resultErrorMessage = try symbols("PQresultErrorMessage")
    ntuples = try symbols("PQntuples")
    nfields = try symbols("PQnfields")
    ftype = try symbols("PQftype")
    cmdTuples = try symbols("PQcmdTuples")
    getvalue = try symbols("PQgetvalue")
    getlength = try symbols("PQgetlength")
    getisnull = try symbols("PQgetisnull")
    clear = try symbols("PQclear")
  }
}
