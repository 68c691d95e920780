import CoordinatorAPI
import Foundation
import MusterCore
import TaskModel
import Testing

@testable import Worker

@Suite("Another store")
struct StoreChangeTests {
  /// Two attempts run, one waits, one has ended and was not answered; then the connection breaks.
  private func working(over store: String) -> MachineFixture {
    var fixture = MachineFixture()
    fixture.connect(store: store)
    _ = fixture.frames()
    _ = fixture.assign(1, 2, 3, 4)
    _ = fixture.handle(.started(.test(2)))
    _ = fixture.done(1, result: Data("secret".utf8))
    _ = fixture.handle(.log(.test(2), Data("secret".utf8)))
    _ = fixture.handle(.disconnected)
    return fixture
  }

  @Test("over the same store everything goes on")
  func same() {
    var fixture = working(over: "a")
    #expect(fixture.connect(store: "a") == [.send])
    #expect(fixture.ends() == ["1 done"])
    #expect(fixture.machine.attempts.count == 4)
  }

  @Test("what is another store's is stopped, told to nobody, and said once")
  func other() {
    var fixture = working(over: "a")
    let hello = fixture.machine.connect()
    #expect(hello.attempts.map(\.number) == [1, 2, 3, 4])
    let work = AbandonedWork(running: 2, waiting: 1, ended: 1, from: "a", to: "b")
    #expect(
      fixture.welcome(stale: [1, 2, 3, 4], store: "b")
        == [.cancel(.test(2)), .cancel(.test(3)), .abandoned(work), .send])
    // What the programs say and how they end stays here.
    _ = fixture.handle(.log(.test(2), Data("more".utf8)))
    _ = fixture.handle(.started(.test(3)))
    _ = fixture.handle(.logsDue)
    _ = fixture.done(2, result: Data("secret".utf8))
    let frames = fixture.frames()
    #expect(frames.allSatisfy { $0.ends.isEmpty && $0.logs.isEmpty && $0.started.isEmpty && $0.chunks.isEmpty })
    // Their slots are free again only when they have ended.
    #expect(fixture.assign(5, 6) == [.start(.test(5, slot: 1))])
    #expect(fixture.handle(.ended(.test(3), AttemptResult(outcome: .cancelled))) == [.start(.test(6, slot: 0))])
    #expect(fixture.ends().isEmpty)
    #expect(fixture.machine.counts.givenUp == 2)
    // What is the new store's is told there.
    _ = fixture.done(5)
    #expect(fixture.ends() == ["5 done"])
  }

  @Test("back at the first store, what was given up is not listed, though its program has not ended yet")
  func back() {
    var fixture = working(over: "a")
    fixture.connect(store: "b")
    _ = fixture.handle(.disconnected)
    #expect(fixture.machine.connect().attempts.isEmpty)
    #expect(fixture.welcome(store: "a") == [.send])
    _ = fixture.done(2)
    #expect(fixture.ends().isEmpty)
  }

  @Test("a coordinator that does not name its store has the word by its list, as ever")
  func unnamed() {
    var fixture = working(over: "")
    #expect(fixture.connect(stale: [2], store: "b") == [.cancel(.test(2)), .send])
    #expect(fixture.ends() == ["1 done"])
    fixture = working(over: "a")
    #expect(fixture.connect(store: "") == [.send])
    #expect(fixture.ends() == ["1 done"])
  }

  @Test("one that leaves has left when what was given up has ended")
  func leaving() {
    var fixture = working(over: "a")
    _ = fixture.handle(.drain)
    fixture.connect(store: "b")
    _ = fixture.done(2)
    #expect(fixture.handle(.ended(.test(3), AttemptResult(outcome: .cancelled))) == [.leave])
  }
}
