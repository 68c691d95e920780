import Foundation
import MusterCore
import PostgreSQL
import Testing

/// Arrays are the way in which many rows go at once: `unnest` on the server must see every element.
@Suite struct ArrayTests {
  @Test func everyKindOfArray() async throws {
    try await withConnection { connection, _ in
      let row = try await first(
        connection, "SELECT $1::text, $2::text, $3::text, $4::text, $5::text, $6::text, $7::text, $8::text",
        [
          .ints([.min, 0, .max]), .int4s([.min, 0, .max]), .optionalInts([nil, 7, nil]), .bools([true, false]),
          .texts(["", "a\"b", "ü", "NULL"]), .optionalTexts([nil, "", "x"]), .byteas([Data(), nil, Data([0, 255])]),
          .times([nil, Timestamp(milliseconds: 1)]),
        ])
      #expect(row.text(0) == "{-9223372036854775808,0,9223372036854775807}")
      #expect(row.text(1) == "{-2147483648,0,2147483647}")
      #expect(row.text(2) == "{NULL,7,NULL}")
      #expect(row.text(3) == "{t,f}")
      #expect(row.text(4) == #"{"","a\"b",ü,"NULL"}"#)
      #expect(row.text(5) == #"{NULL,"",x}"#)
      #expect(row.text(6) == #"{"\\x",NULL,"\\x00ff"}"#)
      #expect(row.text(7) == #"{NULL,"1970-01-01 00:00:00.001+00"}"#)
    }
  }

  @Test func emptyArrays() async throws {
    try await withConnection { connection, _ in
      let values: [PostgresValue] = [
        .ints([]), .int4s([]), .optionalInts([]), .bools([]), .texts([]), .optionalTexts([]), .byteas([]), .times([]),
      ]
      for value in values {
        let row = try await first(connection, "SELECT $1::text, cardinality($1)", [value])
        #expect(row.text(0) == "{}")
        #expect(row.int(1) == 0)
      }
    }
  }

  @Test func readsTexts() async throws {
    try await withConnection { connection, _ in
      for texts in [[], [""], ["a", "", "ü", "x\ny", String(repeating: "z", count: 100_000)]] {
        #expect(try await first(connection, "SELECT $1", [.texts(texts)]).texts(0) == texts)
      }
      let row = try await first(connection, "SELECT ARRAY['a', NULL]::varchar[], NULL::text[]", [])
      #expect(row.texts(0) == ["a", ""])
      #expect(row.texts(1) == [])
    }
  }

  @Test func manyRowsAtOnce() async throws {
    try await withConnection { connection, _ in
      let count = 10_000
      let numbers = (0..<Int64(count)).map { $0 * 1_000_003 }
      let texts = numbers.map { $0 % 3 == 0 ? nil : "task \($0)" }
      let datas = numbers.map { $0 % 5 == 0 ? nil : Data(String($0).utf8) }
      try await connection.perform { db in
        try db.run("CREATE TABLE many (number int8, text text, bytes bytea)")
        let inserted = try db.change(
          "INSERT INTO many SELECT * FROM unnest($1, $2, $3)", [.ints(numbers), .optionalTexts(texts), .byteas(datas)])
        #expect(inserted == count)
        let rows = try db.rows("SELECT number, text, bytes FROM many ORDER BY number", [])
        #expect(rows.affected == count)
        #expect(rows.map { $0.int(0) } == numbers)
        #expect(rows.map { $0.optionalText(1) } == texts)
        #expect(rows.map { $0.optionalBytes(2) } == datas)
        #expect(try db.change("DELETE FROM many WHERE number < $1", [.int(1_000_003 * 10)]) == 10)
      }
    }
  }
}
