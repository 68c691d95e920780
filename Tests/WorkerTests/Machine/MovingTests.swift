import CoordinatorAPI
import Foundation
import MusterCore
import TaskModel
import Testing

@testable import Worker

@Suite("Being let go")
struct MovingTests {
  private func asked() -> MachineFixture {
    var fixture = MachineFixture { $0.slots = 1 }
    fixture.connect(store: "a")
    _ = fixture.assign(1, 2)
    _ = fixture.frames()
    #expect(fixture.batch { $0.move = true } == [.lookForStore])
    return fixture
  }

  @Test("the hello says that the worker knows the request")
  func hello() {
    var fixture = MachineFixture()
    let hello = fixture.machine.connect()
    #expect(hello.moves)
  }

  @Test("until it is known where the address leads, everything goes on; a second request changes nothing")
  func looking() {
    var fixture = asked()
    #expect(fixture.batch { $0.move = true }.isEmpty)
    _ = fixture.done(1)
    let frames = fixture.frames()
    #expect(frames.flatMap(\.ends).map(\.number) == [1] && frames.allSatisfy { !$0.draining })
    #expect(fixture.answer(1).isEmpty)
    #expect(fixture.machine.attempts.keys.map(\.number) == [2])
  }

  @Test("over the same store it goes with what runs, unless it was told to leave meanwhile")
  func along() {
    var fixture = asked()
    #expect(fixture.handle(.moveAlong) == [.move])
    #expect(fixture.machine.attempts.keys.map(\.number).sorted() == [1, 2])
    fixture = asked()
    _ = fixture.handle(.drain)
    #expect(!fixture.handle(.moveAlong).contains(.move))
    #expect(fixture.machine.move != .ready)
    _ = fixture.done(1)
    _ = fixture.frames()
    #expect(fixture.answer(1, 2) == [.leave])
  }

  @Test("to another store it goes when nothing is left here: what has not started is handed back, the rest finished")
  func finishing() {
    var fixture = asked()
    #expect(fixture.handle(.finishBeforeMoving) == [.send])
    let frames = fixture.frames()
    #expect(frames.flatMap(\.ends).map { "\($0.number) \($0.outcome)" } == ["2 returned"])
    #expect(frames.allSatisfy { $0.draining })
    // What crossed the request on its way.
    _ = fixture.assign(3)
    #expect(fixture.ends() == ["3 returned"])
    #expect(fixture.answer(2, 3).isEmpty)
    _ = fixture.done(1)
    #expect(fixture.ends() == ["1 done"])
    #expect(fixture.answer(1) == [.move])
    #expect(!fixture.machine.hasLeft)
    // The next connection is as any other.
    _ = fixture.handle(.disconnected)
    fixture.connect(store: "b")
    #expect(fixture.assign(4) == [.start(.test(4, slot: 0))])
    #expect(fixture.frames().allSatisfy { !$0.draining })
  }

  @Test("what it says while it closes its side is no goodbye when something runs, also if it is told to drain then")
  func noGoodbye() {
    var fixture = asked()
    _ = fixture.handle(.moveAlong)
    _ = fixture.done(1)
    var frames = fixture.frames()
    #expect(frames.flatMap(\.ends).map(\.number) == [1] && frames.allSatisfy { !$0.draining })
    fixture = asked()
    _ = fixture.handle(.moveAlong)
    _ = fixture.batch { $0.drain = true }
    frames = fixture.frames()
    #expect(!frames.isEmpty && frames.allSatisfy { !$0.draining })
    // It says so where it comes to.
    _ = fixture.handle(.disconnected)
    fixture.connect(store: "a")
    #expect(fixture.frames().contains { $0.draining })
  }

  @Test("if the connection breaks meanwhile, the worker is where it would be without the request")
  func broken() {
    var fixture = asked()
    _ = fixture.handle(.finishBeforeMoving)
    _ = fixture.handle(.disconnected)
    fixture.connect(store: "a")
    #expect(fixture.assign(3).isEmpty)
    _ = fixture.frames()
    #expect(fixture.done(1) == [.start(.test(3, slot: 0)), .send])
  }

  @Test("one that leaves is not let go; one that is let go can leave")
  func leaving() {
    var fixture = MachineFixture()
    fixture.connect(store: "a")
    _ = fixture.assign(1)
    _ = fixture.handle(.drain)
    #expect(fixture.batch { $0.move = true }.isEmpty)
    fixture = asked()
    _ = fixture.handle(.finishBeforeMoving)
    _ = fixture.handle(.drain)
    _ = fixture.done(1)
    _ = fixture.frames()
    #expect(fixture.answer(1, 2) == [.leave, .move])
  }
}
