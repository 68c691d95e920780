import CoordinatorAPI
import Foundation
import MusterCore
import TaskModel
import Testing

@testable import Worker

@Suite("Reconnections")
struct ReconnectionTests {
  @Test("the hello names the worker, its session, and one generation more each time")
  func hello() {
    var fixture = MachineFixture {
      $0.memory = 5
      $0.gpus = [0, 1]
    }
    let hello = fixture.machine.connect()
    #expect(hello.protocol.lowest == 1 && hello.protocol.highest == 1)
    #expect(hello.name == "w" && hello.build == "1" && hello.kinds == ["k"])
    #expect(hello.slots == 2 && hello.memory == 5 && hello.gpus == 2)
    #expect(hello.session == 7 && hello.generation == 1)
    #expect(hello.attempts.isEmpty && !hello.acceptsKinds)
    _ = fixture.handle(.disconnected)
    let second = fixture.machine.connect()
    #expect(second.session == 7 && second.generation == 2)
  }

  @Test("nothing is sent before the welcome")
  func silence() {
    var fixture = MachineFixture()
    _ = fixture.machine.connect()
    #expect(fixture.assign(1).isEmpty)
    #expect(fixture.handle(.drain) == [.leave])
    #expect(fixture.frames().isEmpty)
  }

  @Test("attempts go on through an outage, are listed, and unanswered ends are sent again in their order")
  func resend() {
    var fixture = MachineFixture()
    fixture.connect()
    _ = fixture.frames()
    _ = fixture.assign(1, 2, 3, 4)
    _ = fixture.handle(.started(.test(1)))
    _ = fixture.handle(.started(.test(2)))
    _ = fixture.done(2)
    #expect(fixture.ends() == ["2 done"])
    _ = fixture.handle(.disconnected)
    // Slots go on to be used while nobody is connected.
    #expect(fixture.done(1) == [.start(.test(4, slot: 0))])
    #expect(fixture.frames().isEmpty)
    let hello = fixture.machine.connect()
    #expect(hello.attempts.map { "\($0.number) \($0.started)" } == ["1 true", "2 true", "3 false", "4 false"])
    #expect(fixture.welcome() == [.send])
    #expect(fixture.ends() == ["2 done", "1 done"])
    #expect(fixture.answer(1, 2).isEmpty)
    #expect(fixture.machine.attempts.keys.map(\.number).sorted() == [3, 4])
    // And not once more.
    _ = fixture.handle(.disconnected)
    fixture.connect()
    #expect(fixture.ends().isEmpty)
  }

  @Test("an input cut in the middle is handed back on the next connection")
  func cutInput() {
    var fixture = MachineFixture()
    fixture.connect()
    _ = fixture.frames()
    _ = fixture.assign(1) { $0.inputSize = 5 }
    _ = fixture.batch { $0.chunks = [.test(1, "abc", last: false)] }
    _ = fixture.handle(.disconnected)
    let hello = fixture.machine.connect()
    #expect(hello.attempts.map(\.number) == [1])
    _ = fixture.welcome()
    #expect(fixture.ends() == ["1 returned"])
    #expect(fixture.batch { $0.chunks = [.test(1, "de", last: true)] }.isEmpty)
  }

  @Test("a result in pieces begins anew on the next connection")
  func cutResult() {
    var fixture = MachineFixture {
      $0.limits.inline = 2
      $0.limits.chunk = 2
    }
    fixture.connect()
    _ = fixture.frames()
    _ = fixture.assign(1)
    _ = fixture.done(1, result: Data("abcde".utf8))
    #expect(fixture.machine.nextFrame(now: fixture.now)?.chunks.first?.data == Data("ab".utf8))
    _ = fixture.handle(.disconnected)
    fixture.connect()
    let frames = fixture.frames()
    #expect(frames.flatMap(\.chunks).map { String(decoding: $0.data, as: UTF8.self) } == ["ab", "cd", "e"])
    #expect(frames.flatMap(\.ends).map(\.number) == [1])
  }

  @Test("stale attempts are stopped; an end that is stale is still told, because a late result may be taken")
  func stale() {
    var fixture = MachineFixture { $0.slots = 1 }
    fixture.connect()
    _ = fixture.frames()
    _ = fixture.assign(1, 2, 3)
    _ = fixture.done(1)
    _ = fixture.handle(.disconnected)
    #expect(fixture.connect(stale: [1, 2, 3]) == [.cancel(.test(2)), .send])
    #expect(fixture.ends() == ["1 done", "3 cancelled"])
    _ = fixture.handle(.ended(.test(2), AttemptResult(outcome: .cancelled)))
    #expect(fixture.ends() == ["2 cancelled"])
  }

  @Test("an answer to what has not ended, or is not known, changes nothing")
  func strayAnswer() {
    var fixture = MachineFixture()
    fixture.connect()
    _ = fixture.frames()
    _ = fixture.assign(1)
    #expect(fixture.answer(1, 9).isEmpty)
    _ = fixture.done(1)
    #expect(fixture.ends() == ["1 done"])
  }
}
