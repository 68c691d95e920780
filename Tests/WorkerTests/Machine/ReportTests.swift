import Foundation
import TaskModel
import Testing

@testable import Worker

@Suite("Reports that are held for a moment")
struct ReportTests {
  /// A worker of one slot that runs the first attempt; `waiting` more have come with it.
  private func busy(waiting: UInt64) -> MachineFixture {
    var fixture = MachineFixture { $0.slots = 1 }
    fixture.connect()
    _ = fixture.frames()
    _ = fixture.batch { batch in batch.assignments = (1...waiting + 1).map { .test($0) } }
    return fixture
  }

  @Test("while enough waits here, starts and ends go together when their time is over")
  func held() {
    var fixture = busy(waiting: 3)
    #expect(fixture.handle(.started(.test(1))) == [.sendReportsLater])
    #expect(fixture.done(1) == [.start(.test(2, slot: 0))])
    #expect(fixture.handle(.started(.test(2))).isEmpty)
    #expect(fixture.done(2) == [.start(.test(3, slot: 0))])
    #expect(fixture.handle(.reportsDue) == [.send])
    let frames = fixture.frames()
    #expect(frames.map { $0.ends.map(\.number) } == [[1, 2]])
    #expect(frames.flatMap(\.started).isEmpty)
  }

  @Test("a worker that could soon be idle says at once what it has done")
  func atOnce() {
    var fixture = busy(waiting: 1)
    #expect(fixture.handle(.started(.test(1))) == [.sendReportsLater])
    #expect(fixture.done(1) == [.start(.test(2, slot: 0)), .send])
    #expect(fixture.ends() == ["1 done"])
    #expect(fixture.handle(.started(.test(2))) == [.send])
  }

  @Test("a frame that goes for another reason takes what is held, and the next report is held anew")
  func takenEarly() {
    var fixture = busy(waiting: 4)
    #expect(fixture.done(1) == [.start(.test(2, slot: 0)), .sendReportsLater])
    #expect(fixture.ends() == ["1 done"])
    #expect(fixture.done(2) == [.start(.test(3, slot: 0)), .sendReportsLater])
    #expect(fixture.handle(.reportsDue) == [.send])
    #expect(fixture.ends() == ["2 done"])
    // The first time is over late, when nothing is held.
    #expect(fixture.handle(.reportsDue).isEmpty)
    #expect(fixture.done(3) == [.start(.test(4, slot: 0)), .sendReportsLater])
  }

  @Test("what a cut connection held is sent on the next one")
  func cut() {
    var fixture = busy(waiting: 3)
    #expect(fixture.done(1) == [.start(.test(2, slot: 0)), .sendReportsLater])
    #expect(fixture.handle(.disconnected).isEmpty)
    #expect(fixture.handle(.reportsDue).isEmpty)
    fixture.connect()
    #expect(fixture.ends() == ["1 done"])
    #expect(fixture.done(2) == [.start(.test(3, slot: 0)), .sendReportsLater])
  }

  @Test("a worker that leaves holds nothing")
  func leaving() {
    var fixture = busy(waiting: 3)
    #expect(fixture.handle(.started(.test(1))) == [.sendReportsLater])
    #expect(fixture.handle(.drain) == [.send])
    #expect(fixture.frames().flatMap(\.ends).count == 3)
    #expect(fixture.done(1) == [.send])
  }
}
