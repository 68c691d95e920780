import Foundation
import MusterCore
import Testing

@testable import Provisioning

@Suite("Which run changed a machine")
struct RunHistoryTests {
  private func with(_ body: (String) throws -> Void) throws {
    let root = NSTemporaryDirectory() + "muster-runs-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: root) }
    try body(root)
  }

  /// Seconds after 2026-11-28T10:15:00Z.
  private func time(_ seconds: Int64) -> Timestamp { Timestamp(milliseconds: (1_795_860_900 + seconds) * 1000) }

  private func write(_ run: String, _ machine: String, until seconds: Int64, in root: String) throws {
    let journal = try RunJournal(in: root, name: run)
    var line = RunLine(event: "machine", at: time(seconds))
    line.machine = machine
    line.state = "done"
    journal.write(line)
    journal.close()
    let file = "\(root)/\(run)/\(RunJournal.fileName(machine))"
    let date = Date(timeIntervalSince1970: Double(time(seconds).milliseconds) / 1000)
    try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: file)
  }

  @Test("it is the run in whose time the change was; what came after all runs was somebody else's")
  func runs() throws {
    try with { root in
      #expect(RunHistory(in: root).run(on: "w 1", at: time(0)) == nil)
      try write("20261128T101500-apply-aaaaaaaa", "w 1", until: 60, in: root)
      try write("20261128T102000-apply-bbbbbbbb", "w2", until: 360, in: root)
      try write("20261128T103000-reset-cccccccc", "w 1", until: 960, in: root)
      try FileManager.default.createDirectory(atPath: "\(root)/notes", withIntermediateDirectories: true)
      let history = RunHistory(in: root)
      #expect(history.run(on: "w 1", at: time(30)) == "20261128T101500-apply-aaaaaaaa")
      #expect(history.run(on: "w 1", at: time(64)) == "20261128T101500-apply-aaaaaaaa")
      #expect(history.run(on: "w 1", at: time(320)) == nil)
      #expect(history.run(on: "w 1", at: time(898)) == "20261128T103000-reset-cccccccc")
      #expect(history.run(on: "w 1", at: time(2000)) == nil)
      #expect(history.run(on: "w2", at: time(320)) == "20261128T102000-apply-bbbbbbbb")
      #expect(history.run(on: "w3", at: time(30)) == nil)
    }
    #expect(RunHistory.verb("20261128T103000-reset-cccccccc") == "reset")
  }
}
