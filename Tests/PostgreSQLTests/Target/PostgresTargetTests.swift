import Foundation
import Testing

@testable import PostgreSQL

@Suite struct PostgresTargetTests {
  @Test(arguments: [
    (
      "postgresql://joe@db.example:5433/tasks?sslmode=verify-full",
      "postgresql://joe@db.example:5433/tasks?sslmode=verify-full"
    ),
    ("postgres://joe:s3cret@db/tasks", "postgresql://joe@db/tasks"),
    ("postgres://joe@db/tasks?password=s3cret&connect_timeout=3", "postgresql://joe@db/tasks?connect_timeout=3"),
    ("postgres://a:1,b:2/t?target_session_attrs=read-write", "postgresql://a:1,b:2/t?target_session_attrs=read-write"),
    ("postgres://[::1]:5432/t", "postgresql://[::1]:5432/t"),
    ("postgres://j%40x:s3cret@%2Frun%2Fpg/t%20t", "postgresql://j%40x@%2Frun%2Fpg/t%20t"),
    ("postgres://h/t?user=joe&sslpassword=s3cret", "postgresql://joe@h/t"),
    ("postgresql://", "postgresql://"),
    ("host=db dbname='my db' password='s3cret it\\'s' user=joe", "dbname='my db' host=db user=joe"),
    ("host=db   password = s3cret", "host=db"),
    ("", ""),
  ]) func isShownWithoutPasswords(text: String, shown: String) throws {
    let target = try PostgresTarget(text)
    let words = Set(target.redacted.split(separator: " ")), wanted = Set(shown.split(separator: " "))
    #expect(words == wanted)
    #expect("\(target)" == target.redacted)
    #expect(!String(reflecting: target).contains("s3cret"))
    // What is shown means the same without the password.
    #expect(try PostgresTarget(target.redacted).redacted == target.redacted)
  }

  @Test(arguments: [
    ("postgres", #"missing "…" in connection info string"#), ("hots=db", #"invalid connection option "hots""#),
    ("postgres://db/t?sslmood=require", #"invalid URI query parameter: "sslmood""#),
    ("postgres://db:port/t", "no number from 1 to 65535"), ("postgres://db:0/t", "no number from 1 to 65535"),
    ("host=db port=5432,70000", "no number from 1 to 65535"), ("postgres://[::1/t", "matching \"…\""),
    ("postgres://joe@db@other/t", "'@'"), ("host=joe@db", "holds a '@'"), ("host=db\0 user=x", "zero byte"),
  ]) func refusesWhatIsWrong(text: String, reason: String) throws {
    let error = try #require(throws: PostgresError.self) { try PostgresTarget(text) }
    #expect(error.code == .parameters)
    #expect(error.message.contains(reason))
    #expect(error.message.contains("write postgresql://USER@HOST:PORT/DATABASE"))
  }

  @Test func addsItsDefaultsUnlessTheyAreGiven() throws {
    let library = try LibPQ.shared()
    func parameters(_ text: String) throws -> [String: String] {
      try PostgresTarget(text).withParameters(library, name: "me") { keywords, values in
        var result: [String: String] = [:]
        var index = 0
        while let keyword = keywords[index], let value = values[index] {
          #expect(result[String(cString: keyword)] == nil)
          result[String(cString: keyword)] = String(cString: value)
          index += 1
        }
        return result
      }
    }
    #expect(
      try parameters("host=h client_encoding=LATIN1") == [
        "host": "h", "connect_timeout": "10", "keepalives_idle": "10", "keepalives_interval": "5",
        "keepalives_count": "3",
        "tcp_user_timeout": "20000", "fallback_application_name": "me", "client_encoding": "UTF8",
      ])
    let given = try parameters("postgres://h?connect_timeout=3&keepalives_idle=99&sslmode=disable")
    #expect(given["connect_timeout"] == "3")
    #expect(given["keepalives_idle"] == "99")
    #expect(given["sslmode"] == "disable")

    let file = NSTemporaryDirectory() + "service-\(UInt32.random(in: 0...UInt32.max))"
    try "[slow]\nconnect_timeout=99\n".write(toFile: file, atomically: false, encoding: .utf8)
    defer { try? FileManager.default.removeItem(atPath: file) }
    setenv("PGSERVICEFILE", file, 1)
    let service = try parameters("service=slow")
    #expect(service["connect_timeout"] == nil)
    #expect(service["keepalives_idle"] == "10")
  }
}
