import Foundation
import MusterCore
import TaskModel
import Testing

@testable import Worker

@Suite("Stops and drains")
struct StopAndDrainTests {
  @Test("a revoke gives back what has not started and leaves alone what has")
  func revoke() {
    var fixture = MachineFixture { $0.slots = 1 }
    fixture.connect()
    _ = fixture.frames()
    _ = fixture.assign(1, 2, 3)
    #expect(fixture.stop(2, unstartedOnly: true) == [.send])
    #expect(fixture.stop(1, unstartedOnly: true).isEmpty)
    #expect(fixture.ends() == ["2 returned"])
    #expect(fixture.done(1) == [.start(.test(3, slot: 0)), .send])
  }

  @Test("a stop cancels: at once what waits, by the runner what runs; once")
  func cancel() {
    var fixture = MachineFixture { $0.slots = 1 }
    fixture.connect()
    _ = fixture.frames()
    _ = fixture.assign(1, 2)
    #expect(fixture.stop(2) == [.send])
    #expect(fixture.stop(1) == [.cancel(.test(1))])
    #expect(fixture.stop(1).isEmpty)
    _ = fixture.handle(.ended(.test(1), AttemptResult(outcome: .failed, error: "killed by SIGTERM", exitCode: 143)))
    #expect(fixture.ends() == ["2 cancelled", "1 cancelled"])
  }

  @Test("a result that came in spite of the stop is delivered: the coordinator decides who was first")
  func resultBeatsStop() {
    var fixture = MachineFixture()
    fixture.connect()
    _ = fixture.frames()
    _ = fixture.assign(1)
    _ = fixture.stop(1)
    _ = fixture.done(1, result: Data("r".utf8))
    #expect(fixture.ends() == ["1 done"])
  }

  @Test("a stop for an attempt that has ended, or that nobody knows, changes nothing")
  func lateStop() {
    var fixture = MachineFixture()
    fixture.connect()
    _ = fixture.frames()
    _ = fixture.assign(1)
    _ = fixture.done(1)
    #expect(fixture.stop(1).isEmpty)
    #expect(fixture.stop(9).isEmpty)
    #expect(fixture.ends() == ["1 done"])
  }

  @Test("a drain hands back what has not started, finishes what runs, and leaves when all is answered")
  func drain() {
    var fixture = MachineFixture { $0.slots = 1 }
    fixture.connect()
    _ = fixture.frames()
    _ = fixture.assign(1, 2)
    _ = fixture.assign(3) { $0.inputSize = 9 }
    #expect(fixture.handle(.drain) == [.send])
    let frames = fixture.frames()
    #expect(frames.map(\.draining) == [true])
    #expect(frames.flatMap(\.ends).map(\.number) == [2, 3])
    #expect(frames.flatMap(\.ends).allSatisfy { $0.outcome == .returned && !$0.error.isEmpty })
    #expect(fixture.assign(4) == [.send])
    #expect(fixture.ends() == ["4 returned"])
    #expect(fixture.done(1) == [.send])
    #expect(fixture.ends() == ["1 done"])
    #expect(fixture.answer(2, 3, 4).isEmpty)
    #expect(fixture.answer(1) == [.leave])
  }

  @Test("the coordinator's drain is the same; without work the worker leaves at once, having said so")
  func coordinatorsDrain() {
    var fixture = MachineFixture()
    fixture.connect()
    _ = fixture.frames()
    #expect(fixture.batch { $0.drain = true } == [.send, .leave])
    #expect(fixture.frames().map(\.draining) == [true])
    #expect(fixture.batch { $0.drain = true }.isEmpty)
  }

  @Test("what does not end in time is stopped and handed back, uses up no attempt")
  func handBack() {
    var fixture = MachineFixture()
    fixture.connect()
    _ = fixture.frames()
    _ = fixture.assign(1, 2)
    _ = fixture.stop(2)
    _ = fixture.handle(.drain)
    _ = fixture.frames()
    #expect(fixture.handle(.handBack) == [.cancel(.test(1))])
    _ = fixture.handle(.ended(.test(1), AttemptResult(outcome: .cancelled)))
    _ = fixture.handle(.ended(.test(2), AttemptResult(outcome: .cancelled)))
    #expect(fixture.ends() == ["1 returned", "2 cancelled"])
  }

  @Test("a drain while nobody is connected is told on the next connection")
  func drainWhileAway() {
    var fixture = MachineFixture()
    fixture.connect()
    _ = fixture.assign(1)
    _ = fixture.handle(.disconnected)
    #expect(fixture.handle(.drain).isEmpty)
    fixture.connect()
    #expect(fixture.frames().map(\.draining) == [true])
  }
}
