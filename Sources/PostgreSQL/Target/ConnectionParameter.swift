import Foundation

/// One keyword of libpq's and its value.
struct ConnectionParameter: Sendable {
  let keyword: String
  let value: String
  /// libpq would not show it in a dialog (a password), or it can stand for a password.
  var isSecret = false

  /// Reads a URI or a list of keywords as libpq does.
  static func parse(_ text: String, _ library: LibPQ) throws(PostgresError) -> [ConnectionParameter] {
    var complaint: LibPQ.MutableCString?
    guard let options = library.conninfoParse(text, &complaint) else {
      defer { library.freemem(complaint) }
      throw AddressCheck.refused(complaint.map { String(cString: $0) } ?? "out of memory", text)
    }
    defer { library.conninfoFree(options) }
    return read(options)
  }

  /// The keywords that have a value from these parameters, the environment or a service file.
  ///
  /// libpq works that out when a connection is made, and only then; so one is begun which it refuses at once, before it
  /// looks for a server, because there is no such sslmode.
  static func inEffect(_ parameters: [ConnectionParameter], _ library: LibPQ) throws(PostgresError) -> Set<String> {
    let probe = parameters.filter { $0.keyword != "sslmode" } + [ConnectionParameter(keyword: "sslmode", value: "none")]
    return try withPointers(probe) { keywords, values throws(PostgresError) in
      let connection = library.connectStartParams(keywords, values, 0)
      defer { library.finish(connection) }
      guard let options = library.conninfo(connection) else { return [] }
      defer { library.conninfoFree(options) }
      return Set(read(options).map(\.keyword))
    }
  }

  /// The two lists that libpq takes, as long as `body` runs.
  static func withPointers<R>(
    _ parameters: [ConnectionParameter], _ body: (LibPQ.CStrings, LibPQ.CStrings) throws(PostgresError) -> R
  ) throws(PostgresError) -> R {
    var strings: [UnsafeMutablePointer<CChar>?] = []
    defer { for string in strings { free(string) } }
    var lists: [[UnsafePointer<CChar>?]] = []
    for list in [parameters.map(\.keyword), parameters.map(\.value)] {
      let copies = list.map { strdup($0) }
      strings += copies
      lists.append(copies.map { UnsafePointer($0) } + [nil])
    }
    let keywords = lists[0], values = lists[1]
    let result = keywords.withUnsafeBufferPointer { keywords in
      values.withUnsafeBufferPointer { values -> Result<R, PostgresError> in
        guard let keywords = keywords.baseAddress, let values = values.baseAddress else {
          preconditionFailure("a list with a last nil is not empty")
        }
        return Result { () throws(PostgresError) in try body(keywords, values) }
      }
    }
    return try result.get()
  }

  /// Reads libpq's `PQconninfoOption` structs: six pointers and an int each, the last with a null keyword. Those without a
  /// value are left out.
  private static func read(_ options: UnsafeMutableRawPointer) -> [ConnectionParameter] {
    let pointer = MemoryLayout<UnsafeRawPointer>.size
    var result: [ConnectionParameter] = []
    var option = UnsafeRawPointer(options)
    func string(_ field: Int) -> String? {
      option.load(fromByteOffset: field * pointer, as: UnsafePointer<CChar>?.self).map { String(cString: $0) }
    }
    while let keyword = string(0) {
      if let value = string(3) {
        result.append(
          ConnectionParameter(keyword: keyword, value: value, isSecret: string(5) == "*" || keyword.hasPrefix("scram_"))
        )
      }
      option += 7 * pointer
    }
    return result
  }
}
