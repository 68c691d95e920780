import CoordinatorAPI
import Foundation
import MusterCore
import TaskModel
import Testing

@testable import Worker

@Suite("Logs")
struct LogTests {
  private func log(_ number: UInt64, _ text: String) -> WorkerEvent { .log(.test(number), Data(text.utf8)) }

  private func texts(_ frames: [Muster_V1_WorkerBatch]) -> [String] {
    frames.flatMap(\.logs).map { "\($0.number) \(String(decoding: $0.text, as: UTF8.self)) \($0.dropped)" }
  }

  @Test("text waits for the delay and then goes in one entry an attempt")
  func delay() {
    var fixture = MachineFixture()
    fixture.connect()
    _ = fixture.frames()
    _ = fixture.assign(1, 2)
    #expect(fixture.handle(log(1, "a")) == [.sendLogsLater])
    #expect(fixture.handle(log(1, "b")).isEmpty)
    #expect(fixture.handle(log(2, "c")).isEmpty)
    #expect(fixture.frames().isEmpty)
    #expect(fixture.handle(.logsDue) == [.send])
    #expect(texts(fixture.frames()) == ["1 ab 0", "2 c 0"])
    #expect(fixture.handle(log(1, "d")) == [.sendLogsLater])
  }

  @Test("a frame's worth goes at once; a chatty attempt takes turns with the others")
  func volume() {
    var fixture = MachineFixture { $0.limits.frameLog = 100 }
    fixture.connect()
    _ = fixture.frames()
    _ = fixture.assign(1, 2)
    _ = fixture.handle(log(1, String(repeating: "x", count: 250)))
    _ = fixture.handle(log(2, "y"))
    let sizes = fixture.frames().map { $0.logs.map { "\($0.number): \($0.text.count)" } }
    #expect(sizes == [["1: 100"], ["2: 1", "1: 36"], ["1: 100"], ["1: 14"]])
  }

  @Test("an end comes after the attempt's last text, without waiting for the delay")
  func endAfterLog() throws {
    var fixture = MachineFixture()
    fixture.connect()
    _ = fixture.frames()
    _ = fixture.assign(1)
    _ = fixture.handle(log(1, "last words"))
    #expect(fixture.done(1) == [.send])
    let frames = fixture.frames()
    #expect(texts(frames) == ["1 last words 0"])
    let text = try #require(frames.firstIndex { !$0.logs.isEmpty })
    let end = try #require(frames.firstIndex { !$0.ends.isEmpty })
    #expect(text < end)
  }

  @Test("what is over the attempt's bound is counted and told at its place")
  func dropped() {
    var fixture = MachineFixture { $0.limits.attemptLog = 5 }
    fixture.connect()
    _ = fixture.frames()
    _ = fixture.assign(1)
    _ = fixture.handle(log(1, "abcdefg"))
    _ = fixture.handle(log(1, "hi"))
    _ = fixture.handle(.logsDue)
    _ = fixture.done(1)
    #expect(texts(fixture.frames()) == ["1 abcde 0", "1  4"])
  }

  @Test("text that waits through an outage is bounded for all attempts together, and sent afterwards")
  func outage() {
    var fixture = MachineFixture { $0.limits.waitingLog = 6 }
    fixture.connect()
    _ = fixture.frames()
    _ = fixture.assign(1, 2)
    _ = fixture.handle(.disconnected)
    _ = fixture.handle(log(1, "abcd"))
    _ = fixture.handle(log(2, "efgh"))
    _ = fixture.done(2)
    fixture.connect()
    #expect(texts(fixture.frames()) == ["1 abcd 0", "2 ef 0", "2  2"])
    #expect(fixture.machine.outbox.logBytes == 0)
  }

  @Test("text of an attempt that is over is left out")
  func afterEnd() {
    var fixture = MachineFixture()
    fixture.connect()
    _ = fixture.frames()
    _ = fixture.assign(1)
    _ = fixture.done(1)
    #expect(fixture.handle(log(1, "late")).isEmpty)
    #expect(texts(fixture.frames()).isEmpty)
  }
}
