/// What the server answered to one statement; freed with the last one who refers to it.
///
/// A `PGresult` does not change once it is complete, so that any thread may read it: hence unchecked.
final class PostgresResult: @unchecked Sendable {
  let library: LibPQ
  let handle: LibPQ.Result
  let rowCount: Int
  let types: [UInt32]

  init(_ handle: LibPQ.Result, _ library: LibPQ) {
    self.library = library
    self.handle = handle
    rowCount = Int(library.ntuples(handle))
    types = rowCount == 0 ? [] : (0..<library.nfields(handle)).map { library.ftype(handle, $0) }
  }

  deinit { library.clear(handle) }

  /// How many rows the statement read or changed.
  var affected: Int {
    guard let text = library.cmdTuples(handle) else { return 0 }
    return Int(String(cString: text)) ?? 0
  }
}
