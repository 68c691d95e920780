import Foundation
import MusterCore
import Testing

@testable import Provisioning

@Suite("The journal of a run")
struct RunJournalTests {
  @Test("only its owner reads it, it has a line for each event, and old runs go")
  func journal() throws {
    let root = NSTemporaryDirectory() + "muster-runs-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: root) }
    for number in 0..<RunJournal.most { _ = try RunJournal(in: root, name: "2025\(100 + number)") }
    let journal = try RunJournal(in: root, name: "2026-apply")
    let action = MachineAction("m/1", .prepare, .reloadUnits, subject: "systemd", what: "reads", why: "they change")
    let time = Timestamp(milliseconds: 1_700_000_000_123)
    journal.write(RunLine(.action(action, .begun), at: time))
    journal.write(RunLine(.action(action, .done(took: .milliseconds(1500))), at: time))
    journal.write(RunLine(.upload(machine: "m/1", bytes: 1, of: 2), at: time))
    journal.write(RunLine(.machine("m/1", .failed(code: "c", message: "why")), at: time))
    journal.close()
    let lines = try String(contentsOfFile: "\(root)/2026-apply/run.jsonl", encoding: .utf8).split(separator: "\n")
    #expect(lines.count == 4)
    #expect(
      lines.dropFirst().first
        == #"{"action":"reload-units","event":"action","machine":"m/1","seconds":1.5,"state":"done","subject":"systemd","time":"2023-11-14T22:13:20.123Z","what":"reads","why":"they change"}"#
    )
    #expect(try String(contentsOfFile: "\(root)/2026-apply/m_1.log", encoding: .utf8).split(separator: "\n").count == 3)
    let names = try FileManager.default.contentsOfDirectory(atPath: root)
    #expect(names.count == RunJournal.most && !names.contains("2025100") && names.contains("2026-apply"))
    func mode(_ path: String) throws -> Int? {
      try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }
    #expect(try mode("\(root)/2026-apply") == 0o700 && mode("\(root)/2026-apply/run.jsonl") == 0o600)
  }
}
