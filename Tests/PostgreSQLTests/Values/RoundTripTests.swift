import Foundation
import MusterCore
import PostgreSQL
import Testing

/// What is sent comes back as it was, and the server sees what was meant.
@Suite struct RoundTripTests {
  @Test func integers() async throws {
    try await withConnection { connection, _ in
      for number in [Int64.min, -1, 0, 1, .max] {
        let row = try await first(connection, "SELECT $1, $1::text", [.int(number)])
        #expect(row.int(0) == number)
        #expect(row.text(1) == "\(number)")
      }
      for number in [Int32.min, -1, 0, 1, .max] {
        let row = try await first(connection, "SELECT $1, $1::text", [.int4(number)])
        #expect(row.int(0) == Int64(number))
        #expect(row.text(1) == "\(number)")
      }
      for number in [Int16.min, -1, 0, 1, .max] {
        let row = try await first(connection, "SELECT $1, $1::text", [.int2(number)])
        #expect(row.int(0) == Int64(number))
        #expect(row.text(1) == "\(number)")
      }
      #expect(try await first(connection, "SELECT 4294967295::oid", []).int(0) == 4_294_967_295)
    }
  }

  @Test func truthValues() async throws {
    try await withConnection { connection, _ in
      let row = try await first(connection, "SELECT $1, $2, $1::text", [.bool(true), .bool(false)])
      #expect(row.bool(0))
      #expect(!row.bool(1))
      #expect(row.text(2) == "true")
    }
  }

  @Test func texts() async throws {
    try await withConnection { connection, _ in
      let long = String(repeating: "ß😀x", count: 300_000)
      for text in ["", " ", "a", "it's \"quoted\" \\ {1,2} $1", "é\u{301}\u{200D}", "line\nline\r\n\t", long] {
        let row = try await first(connection, "SELECT $1, octet_length($1)", [.text(text)])
        #expect(row.text(0) == text)
        #expect(row.int(1) == Int64(text.utf8.count))
      }
      let row = try await first(
        connection, #"SELECT '{"a": 1}'::jsonb, '{"a":1}'::json, 'x'::name, 'y'::varchar, $1::text::jsonb ->> 'k'"#,
        [.text(#"{"k": "v"}"#)])
      #expect((0..<5).map { row.text($0) } == [#"{"a": 1}"#, #"{"a":1}"#, "x", "y", "v"])
    }
  }

  @Test func bytes() async throws {
    try await withConnection { connection, _ in
      for data in [Data(), Data([0]), Data([0, 1, 0, 255, 0]), Data((0...255).map { UInt8($0) })] {
        let row = try await first(connection, "SELECT $1, encode($1, 'hex')", [.bytes(data)])
        #expect(row.bytes(0) == data)
        #expect(row.text(1) == data.map { String(format: "%02x", $0) }.joined())
      }
      // A slice does not begin at 0.
      #expect(try await first(connection, "SELECT $1", [.bytes(Data([1, 2, 3, 4])[2...])]).bytes(0) == Data([3, 4]))
    }
  }

  @Test func largePayload() async throws {
    try await withConnection { connection, _ in
      var data = Data(count: 64 << 20)
      for index in stride(from: 0, to: data.count, by: 65_537) { data[index] = UInt8(truncatingIfNeeded: index >> 16) }
      let row = try await first(connection, "SELECT $1, md5($1)", [.bytes(data)])
      #expect(row.bytes(0) == data)
      #expect(row.text(1).utf8.count == 32)
    }
  }

  @Test func times() async throws {
    try await withConnection { connection, _ in
      let known: [(Int64, String)] = [
        (0, "1970-01-01 00:00:00+00"), (946_684_800_000, "2000-01-01 00:00:00+00"),
        (946_684_799_999, "1999-12-31 23:59:59.999+00"), (-1, "1969-12-31 23:59:59.999+00"),
        (1_795_256_000_123, "2026-11-21 10:13:20.123+00"), (.min, "-infinity"), (.max, "infinity"),
        // The first and the last millisecond of the server's years.
        (-210_866_803_200_000, "4714-11-24 00:00:00+00 BC"), (9_224_318_015_999_999, "294276-12-31 23:59:59.999+00"),
      ]
      for (milliseconds, text) in known {
        let time = Timestamp(milliseconds: milliseconds)
        let row = try await first(connection, "SELECT $1, $1::text", [.time(time)])
        #expect(row.time(0) == time)
        #expect(row.text(1) == text)
      }
      // Beyond its years.
      for milliseconds in [-210_866_803_200_001, 9_224_318_016_000_000, Int64.min + 1, Int64.max - 1] {
        let row = try await first(connection, "SELECT $1", [.time(Timestamp(milliseconds: milliseconds))])
        #expect(row.time(0) == Timestamp(milliseconds: milliseconds < 0 ? .min : .max))
      }
      // Microseconds are cut, not rounded, on both sides of 2000.
      let row = try await first(
        connection, "SELECT '1999-12-31 23:59:59.999999+00'::timestamptz, '2000-01-01 00:00:00.001999'::timestamp", [])
      #expect(row.time(0).milliseconds == 946_684_799_999)
      #expect(row.time(1).milliseconds == 946_684_800_001)
    }
  }

  @Test func nulls() async throws {
    try await withConnection { connection, _ in
      let row = try await first(
        connection, "SELECT $1::int8, $2::text, $3::bytea, $4::timestamptz, $5::bool, $6::text[]",
        [.null, .null, .null, .null, .null, .null])
      #expect((0..<6).allSatisfy { row.isNull($0) })
      #expect(row.optionalInt(0) == nil)
      #expect(row.optionalText(1) == nil)
      #expect(row.optionalBytes(2) == nil)
      #expect(row.optionalTime(3) == nil)
      #expect(row.optionalBool(4) == nil)
      #expect(row.texts(5) == [])
    }
  }
}

/// The only row of an answer.
func first(_ connection: PostgresConnection, _ sql: String, _ values: [PostgresValue]) async throws -> PostgresRow {
  let rows = try await connection.perform { try $0.rows(sql, values) }
  return try #require(rows.first)
}
