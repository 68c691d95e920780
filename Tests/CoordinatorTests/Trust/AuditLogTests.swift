import Foundation
import Testing
import Trust

@testable import Coordinator

@Suite struct AuditLogTests {
  private let caller = Caller(standing: .known(Identity(name: "ada", role: .submit), serial: "1"), connection: nil)

  @Test func filesArePutAsideAndTheOldestGoes() async throws {
    try await withFolder { folder in
      let log = AuditLog(path: "\(folder)/audit.log", time: TestTime(), logger: LogRecord().logger, largestFile: 1000)
      for number in 0..<200 { log.record("cancel", by: caller, ["t\(number)"]) }
      let files = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
      #expect(files == ["audit.log"] + (1...8).map { "audit.log.\($0)" })
      let newest = try String(contentsOfFile: "\(folder)/audit.log", encoding: .utf8)
      #expect(newest.contains("t199"))
      for file in files {
        let path = "\(folder)/\(file)"
        #expect((try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0) <= 1000)
        #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o600)
        for line in try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n") {
          #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(line.utf8)) }
        }
      }
    }
  }

  /// Names of outsiders are bounded by bytes: one character may have thousands.
  @Test func whatOutsidersSayIsBounded() async throws {
    try await withFolder { folder in
      let path = "\(folder)/audit.log"
      let log = AuditLog(path: path, time: TestTime(), logger: LogRecord().logger)
      let name = "a" + String(repeating: "\u{301}", count: 50_000)
      for _ in 0..<5000 { log.add("join refused", by: caller, [name], count: 1, outcome: "unknown_token") }
      log.flush()
      let text = try String(contentsOfFile: path, encoding: .utf8)
      #expect(text.utf8.count < 20_000)
      #expect(text.contains("\"count\":5000"))
      #expect(text.split(separator: "\n").count == 1)
    }
  }

  @Test func whatCannotBeWrittenIsSaid() async throws {
    try await withFolder { folder in
      let record = LogRecord()
      let log = AuditLog(path: "\(folder)/no/audit.log", time: TestTime(), logger: record.logger)
      for _ in 0..<3 { log.record("cancel", by: caller, ["t"]) }
      #expect(record.lines.filter { $0.contains("the audit log") }.count == 1)
    }
  }
}
