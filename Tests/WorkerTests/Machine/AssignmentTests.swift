import CoordinatorAPI
import Foundation
import MusterCore
import TaskModel
import Testing

@testable import Worker

@Suite("Assignments")
struct AssignmentTests {
  @Test("start at once while slots are free, each with its own slot number; the rest waits in order")
  func withinSlots() {
    var fixture = MachineFixture()
    fixture.connect()
    #expect(fixture.frames().map(\.prefetch) == [4])
    #expect(fixture.assign(1, 2, 3, 4) == [.start(.test(1, slot: 0)), .start(.test(2, slot: 1))])
    #expect(fixture.done(1) == [.start(.test(3, slot: 0)), .send])
    #expect(fixture.done(2) == [.start(.test(4, slot: 1))])
    #expect(fixture.ends() == ["1 done", "2 done"])
  }

  @Test("an attempt of several slots waits for them and is not passed by smaller ones")
  func severalSlots() {
    var fixture = MachineFixture { $0.slots = 3 }
    fixture.connect()
    _ = fixture.frames()
    _ = fixture.assign(1, 2)
    #expect(fixture.assign(3) { $0.slots = 2 }.isEmpty)
    #expect(fixture.assign(4).isEmpty)
    let third = AttemptRequest.test(3, slot: 0) { $0.needs.slots = 2 }
    #expect(fixture.done(1) == [.start(third), .send])
    #expect(fixture.machine.capacity.slotsInUse == 3)
    #expect(fixture.done(2) == [.start(.test(4, slot: 1))])
  }

  @Test("memory and GPUs are lent like slots; GPUs by their device numbers")
  func memoryAndGPUs() {
    var fixture = MachineFixture {
      $0.slots = 8
      $0.memory = 100
      $0.gpus = [2, 3]
    }
    fixture.connect()
    _ = fixture.frames()
    let actions = fixture.batch { batch in
      batch.assignments = [.test(1) { $0.gpus = 1 }, .test(2) { $0.gpus = 1 }, .test(3) { $0.gpus = 1 }]
    }
    let first = AttemptRequest.test(1, slot: 0) {
      $0.needs.gpus = 1
      $0.gpus = [2]
    }
    let second = AttemptRequest.test(2, slot: 1) {
      $0.needs.gpus = 1
      $0.gpus = [3]
    }
    #expect(actions == [.start(first), .start(second)])
    let third = AttemptRequest.test(3, slot: 1) {
      $0.needs.gpus = 1
      $0.gpus = [3]
    }
    #expect(fixture.done(2) == [.start(third), .send])
    _ = fixture.assign(4) { $0.memory = 60 }
    #expect(fixture.assign(5) { $0.memory = 60 }.isEmpty)
    #expect(fixture.machine.capacity.freeMemory == 40)
  }

  @Test("what cannot run here comes back with a sentence: no executor, too large")
  func unrunnable() throws {
    var fixture = MachineFixture()
    fixture.connect()
    _ = fixture.frames()
    #expect(fixture.assign(1) { $0.kind = "other" } == [.send])
    _ = fixture.assign(2) { $0.slots = 3 }
    let ends = fixture.frames().flatMap(\.ends)
    #expect(ends.map(\.outcome) == [.unrunnable, .unrunnable])
    #expect(
      ends.map(\.error) == [
        "Worker w has no executor for kind other.",
        "Task t2 needs 3 slots, 0 bytes of memory and 0 GPUs; worker w offers 2, 0 and 0.",
      ])
  }

  @Test("the same assignment twice is one")
  func twice() {
    var fixture = MachineFixture()
    fixture.connect()
    _ = fixture.frames()
    _ = fixture.assign(1)
    #expect(fixture.assign(1).isEmpty)
    #expect(fixture.machine.attempts.count == 1)
  }

  @Test("a large input is put together from its pieces before the attempt may start")
  func largeInput() {
    var fixture = MachineFixture()
    fixture.connect()
    _ = fixture.frames()
    #expect(fixture.assign(1) { $0.inputSize = 5 }.isEmpty)
    #expect(fixture.batch { $0.chunks = [.test(1, "abc", last: false)] }.isEmpty)
    // One that came later and is complete need not wait for the pieces.
    #expect(fixture.assign(2) == [.start(.test(2, slot: 0))])
    let whole = AttemptRequest.test(1, slot: 1) { $0.input = Data("abcde".utf8) }
    #expect(fixture.batch { $0.chunks = [.test(1, "de", last: true)] } == [.start(whole)])
  }

  @Test("pieces that do not make up the announced size end the attempt as unrunnable")
  func wrongSize() {
    var fixture = MachineFixture()
    fixture.connect()
    _ = fixture.frames()
    _ = fixture.assign(1) { $0.inputSize = 5 }
    _ = fixture.assign(2) { $0.inputSize = 5 }
    _ = fixture.batch { $0.chunks = [.test(1, "abc", last: true), .test(2, "abcdef", last: false)] }
    #expect(fixture.ends() == ["1 unrunnable", "2 unrunnable"])
  }

  @Test("a coordinator's definition is taken only for a kind that the operator named, and never over an own one")
  func acceptedKinds() {
    var fixture = MachineFixture { $0.acceptedKinds = ["new"] }
    let hello = fixture.machine.connect()
    #expect(hello.kinds == ["k", "new"])
    #expect(hello.acceptsKinds)
    var summaries: [Muster_V1_KindSummary] = []
    for name in ["k", "new", "unasked"] {
      summaries.append(
        .with {
          $0.name = name
          $0.stages = [.with { $0.words = ["theirs"] }]
          $0.placeholders = ["vk": "/vk"]
        })
    }
    _ = fixture.welcome(kinds: summaries)
    #expect(fixture.machine.kinds["k"]?.stages == [["true"]])
    #expect(fixture.machine.kinds["new"]?.stages == [["theirs"]])
    #expect(fixture.machine.kinds["new"]?.placeholders == ["vk": "/vk"])
    #expect(fixture.machine.kinds["unasked"] == nil)
  }

  @Test("an accepted kind keeps its sandbox, and in one that this worker does not know nothing is run")
  func acceptedSandboxes() {
    let names = ["user", "isolated", "later", "none"]
    var fixture = MachineFixture { $0.acceptedKinds = Set(names) }
    _ = fixture.machine.connect()
    let sandboxes: [Muster_V1_Sandbox] = [.user, .isolated, .UNRECOGNIZED(9), .unspecified]
    let summaries = zip(names, sandboxes).map { name, sandbox in
      Muster_V1_KindSummary.with {
        $0.name = name
        $0.confinement.sandbox = sandbox
        $0.confinement.user = name == "user" ? "prover" : ""
        $0.confinement.stages = [.with { $0.words = ["theirs"] }]
      }
    }
    _ = fixture.welcome(kinds: summaries)
    #expect(fixture.machine.kinds["user"]?.sandbox == Sandbox(.user, user: "prover"))
    #expect(fixture.machine.kinds["user"]?.stages == [["theirs"]])
    #expect(fixture.machine.kinds["isolated"]?.sandbox == Sandbox(.isolated))
    #expect(fixture.machine.kinds["later"]?.stages == [])
    #expect(fixture.machine.kinds["none"]?.stages == [])
  }
}

extension Muster_V1_PayloadChunk {
  static func test(_ number: UInt64, _ text: String, last: Bool) -> Muster_V1_PayloadChunk {
    .with {
      $0.epoch = 1
      $0.number = number
      $0.data = Data(text.utf8)
      $0.last = last
    }
  }
}
