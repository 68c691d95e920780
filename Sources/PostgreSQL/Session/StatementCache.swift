/// A statement that the server has prepared for one connection.
final class PreparedStatement {
  let name: String
  let sql: String
  /// The parameters' types; 0 where the server was left to find out, because the value was NULL.
  let types: [UInt32]
  fileprivate(set) var lastUse: UInt64

  fileprivate init(name: String, sql: String, types: [UInt32], lastUse: UInt64) {
    self.name = name
    self.sql = sql
    self.types = types
    self.lastUse = lastUse
  }

  /// A NULL goes with any type. A value does not go with a type that the server chose: it may be narrower.
  fileprivate func takes(_ values: [PostgresValue]) -> Bool {
    guard values.count == types.count else { return false }
    for index in types.indices {
      let type = values[index].typeOID
      if type != TypeOID.unknown, type != types[index] { return false }
    }
    return true
  }
}

/// The prepared statements of one connection: a bounded number of them.
struct StatementCache {
  /// Reached by a program only if it makes SQL texts as it goes.
  static let limit = 256

  private var statements: [String: [PreparedStatement]] = [:]
  private(set) var count = 0
  private var uses: UInt64 = 0
  private var names: UInt64 = 0

  mutating func find(_ sql: String, _ values: [PostgresValue]) -> PreparedStatement? {
    guard let statement = statements[sql]?.first(where: { $0.takes(values) }) else { return nil }
    uses += 1
    statement.lastUse = uses
    return statement
  }

  /// A statement to be prepared; add it when the server has done so.
  mutating func new(_ sql: String, _ values: [PostgresValue]) -> PreparedStatement {
    names += 1
    uses += 1
    return PreparedStatement(name: "muster_\(names)", sql: sql, types: values.map(\.typeOID), lastUse: uses)
  }

  mutating func add(_ statement: PreparedStatement) {
    statements[statement.sql, default: []].append(statement)
    count += 1
  }

  mutating func remove(_ statement: PreparedStatement) {
    guard var same = statements[statement.sql], let index = same.firstIndex(where: { $0 === statement }) else { return }
    same.remove(at: index)
    statements[statement.sql] = same.isEmpty ? nil : same
    count -= 1
  }

  /// Removes those that were used longest ago, until there is room for `added` more.
  mutating func removeOldest(toAdd added: Int) -> [PreparedStatement] {
    guard count + added > Self.limit else { return [] }
    let oldest = statements.values.joined().sorted { $0.lastUse < $1.lastUse }.prefix(count + added - Self.limit)
    for statement in oldest { remove(statement) }
    return Array(oldest)
  }
}
