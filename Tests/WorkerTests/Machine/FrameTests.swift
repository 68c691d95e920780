import CoordinatorAPI
import Foundation
import MusterCore
import TaskModel
import Testing

@testable import Worker

@Suite("Frames")
struct FrameTests {
  @Test("everything that is ready goes out in one frame; what ended needs no word that it started")
  func coalescing() throws {
    var fixture = MachineFixture { $0.slots = 3 }
    fixture.connect()
    _ = fixture.frames()
    _ = fixture.assign(1, 2, 3)
    #expect(fixture.handle(.started(.test(1))) == [.send])
    #expect(fixture.handle(.started(.test(2))).isEmpty)
    #expect(fixture.handle(.started(.test(3))).isEmpty)
    _ = fixture.done(2)
    _ = fixture.done(3)
    let frames = fixture.frames()
    #expect(frames.count == 1)
    let frame = try #require(frames.first)
    #expect(frame.started.map(\.number) == [1])
    #expect(frame.ends.map(\.number) == [2, 3])
    #expect(!frame.hasPrefetch)
  }

  @Test("an end carries outcome, result, exit code, time and memory")
  func end() throws {
    var fixture = MachineFixture()
    fixture.connect()
    _ = fixture.frames()
    _ = fixture.assign(1, 2)
    let result = AttemptResult(
      outcome: .done, result: Data("r".utf8), exitCode: 0, runTime: .milliseconds(3), peakMemory: 9)
    _ = fixture.handle(.ended(.test(1), result))
    _ = fixture.handle(.ended(.test(2), AttemptResult(outcome: .failed, error: "No.", exitCode: 4)))
    let ends = fixture.frames().flatMap(\.ends)
    let done = try #require(ends.first)
    #expect(done.result == Data("r".utf8) && done.resultSize == 1 && done.error.isEmpty)
    #expect(done.runNanoseconds == 3_000_000 && done.peakMemory == 9)
    let failed = try #require(ends.last)
    #expect(failed.outcome == .failed && failed.error == "No." && failed.exitCode == 4 && failed.resultSize == 0)
  }

  @Test("a large result goes in pieces, one a frame, between which the ends of others pass; its own end is last")
  func pieces() {
    var fixture = MachineFixture {
      $0.limits.inline = 2
      $0.limits.chunk = 2
    }
    fixture.connect()
    _ = fixture.frames()
    _ = fixture.assign(1, 2, 3)
    _ = fixture.done(1, result: Data("abc".utf8))
    _ = fixture.done(2, result: Data("xyzzy".utf8))
    var seen: [String] = []
    for round in 0..<8 {
      if round == 1 { _ = fixture.done(3) }
      guard let frame = fixture.machine.nextFrame(now: fixture.now) else { break }
      seen += frame.ends.map { "end \($0.number) \($0.resultSize) \($0.result.count)" }
      seen += frame.chunks.map { "\($0.number) \(String(decoding: $0.data, as: UTF8.self)) \($0.last)" }
    }
    #expect(
      seen == [
        "1 ab false", "end 3 0 0", "1 c true", "end 1 3 0", "2 xy false", "2 zz false", "2 y true", "end 2 5 0",
      ])
  }

  @Test("a result over the coordinator's bound is a failure with both numbers")
  func tooLarge() {
    var fixture = MachineFixture()
    fixture.connect(maxResult: 3)
    _ = fixture.frames()
    #expect(fixture.assign(1) == [.start(.test(1, slot: 0) { $0.maxResult = 3 })])
    _ = fixture.done(1, result: Data("abcd".utf8))
    let ends = fixture.frames().flatMap(\.ends)
    #expect(ends.map(\.outcome) == [.failed])
    #expect(ends.map(\.error) == ["The result of task t1 has 4 bytes; the coordinator takes at most 3."])
  }

  @Test("frames are bounded in bytes and in ends")
  func bounds() {
    var fixture = MachineFixture {
      $0.slots = 10
      $0.limits.frameEnds = 4
      $0.limits.frameBytes = 1000
    }
    fixture.connect()
    _ = fixture.frames()
    for number in 1...10 {
      _ = fixture.assign(UInt64(number))
      _ = fixture.done(UInt64(number), result: Data(count: number == 1 ? 2000 : 0))
    }
    #expect(fixture.frames().map(\.ends.count) == [1, 4, 4, 1])
  }

  @Test("a heartbeat goes out when nothing was sent for its time, and only then")
  func heartbeat() {
    var fixture = MachineFixture()
    fixture.connect()
    #expect(fixture.frames().count == 1)
    fixture.now = fixture.now + .milliseconds(4999)
    #expect(fixture.frames().isEmpty)
    fixture.now = fixture.now + .milliseconds(1)
    #expect(fixture.machine.heartbeatDue == fixture.now)
    #expect(fixture.frames() == [Muster_V1_WorkerBatch()])
    #expect(fixture.machine.heartbeatDue == fixture.now + .seconds(5))
  }
}
