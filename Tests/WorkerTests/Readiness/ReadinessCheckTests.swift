import Foundation
import MusterCore
import Testing

@testable import Worker

@Suite("Judging a ready file")
struct ReadinessCheckTests {
  private let now = Timestamp(milliseconds: 1_000_000)

  private func record(
    _ state: ReadinessRecord.State, age: Duration = .zero, failure: String? = nil
  ) -> ReadinessRecord {
    ReadinessRecord(
      state: state, since: Timestamp(milliseconds: 988_000), coordinator: "c1:80", failure: failure, process: 7,
      heartbeat: Timestamp(milliseconds: now.milliseconds - age.wholeMilliseconds))
  }

  private func complaint(_ record: ReadinessRecord, lives: Bool = true, onlyAlive: Bool = false) -> String? {
    ReadinessCheck(onlyAlive: onlyAlive).complaint(record, lives: lives, now: now)
  }

  @Test("a worker that is connected and writes is ready, and alive")
  func ready() {
    #expect(complaint(record(.connected)) == nil)
    #expect(complaint(record(.connected, age: .seconds(15))) == nil)
    #expect(complaint(record(.connected), onlyAlive: true) == nil)
  }

  @Test("one that leaves, or has no connection, is alive and not ready, with what it saw")
  func aliveOnly() {
    #expect(
      complaint(record(.draining))
        == "The worker is leaving since 12 s: it finishes what runs and takes nothing more.")
    #expect(
      complaint(record(.connecting, failure: "connection refused"))
        == "The worker has no connection to the coordinator at c1:80 since 12 s: connection refused.")
    #expect(
      complaint(record(.moving, failure: "connection refused"))
        == "The worker was let go by its coordinator 12 s ago and gets no tasks there, and nobody takes it at c1:80: connection refused."
    )
    #expect(
      complaint(record(.moving))
        == "The worker was let go by its coordinator 12 s ago and gets no tasks there: it goes to c1:80 when what it runs is done."
    )
    for state in [ReadinessRecord.State.draining, .connecting, .moving] {
      #expect(complaint(record(state), onlyAlive: true) == nil)
    }
  }

  @Test("silence, and a process that is not there, fail both", arguments: [false, true])
  func dead(onlyAlive: Bool) {
    let silent = complaint(record(.connected, age: .seconds(16)), onlyAlive: onlyAlive)
    #expect(silent?.contains("(process 7) has not written its ready file for 16 s") == true)
    // A clock that was put back by hours.
    #expect(complaint(record(.connected, age: .seconds(-3600)), onlyAlive: onlyAlive) != nil)
    let gone = complaint(record(.connecting, failure: "the token was refused"), lives: false, onlyAlive: onlyAlive)
    #expect(gone == "The worker (process 7) does not run any more; its last word was: the token was refused.")
  }

  @Test("a file that is missing, or another's, is a sentence that names it")
  func unreadable() {
    for text in [nil, "", "{}", "[1]", #"{"state":"asleep","since_unix_ms":1,"pid":1,"heartbeat_unix_ms":1}"#, "\u{0}"]
    {
      let error = #expect(throws: WorkerError.self) {
        try ReadinessCheck.read(text.map { Data($0.utf8) }, at: "/run/ready")
      }
      #expect(error?.message.contains("'/run/ready'") == true)
    }
    let long =
      Data(#"{"state":"connected","since_unix_ms":1,"pid":1,"heartbeat_unix_ms":1}"#.utf8)
      + Data(
        repeating: 0x20, count: ReadinessCheck.largest)
    #expect(throws: WorkerError.self) { try ReadinessCheck.read(long, at: "/run/ready") }
  }

  @Test("whatever bytes stand there, it answers")
  func random() {
    var dice = SystemRandomNumberGenerator()
    let whole = Array(#"{"state":"connected","since_unix_ms":1,"pid":1,"heartbeat_unix_ms":1,"failure":"x"}"#.utf8)
    for _ in 0..<2000 {
      var bytes = whole
      for _ in 0..<Int.random(in: 1...4, using: &dice) {
        bytes[Int.random(in: bytes.indices, using: &dice)] = UInt8.random(in: 0...255, using: &dice)
      }
      bytes.removeLast(Int.random(in: 0...3, using: &dice))
      guard let record = try? ReadinessCheck.read(Data(bytes), at: "f") else { continue }
      _ = ReadinessCheck().complaint(record, lives: true, now: now)
    }
  }
}
