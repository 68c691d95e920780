import CoordinatorAPI
import Foundation
import GRPCCore
import MusterCore
import TaskModel
import Testing

@testable import Coordinator

@Suite("A worker's stream", .timeLimit(.minutes(2)))
struct WorkerStreamTests {
  @Test("The welcome says the version, the heartbeat, the bound of results and the kinds")
  func welcome() async throws {
    let kind = KindDefinition(
      name: "work", stages: [["/bin/true", "{input}"]], timeout: .seconds(9), environment: ["A"])
    try await withCoordinator(kinds: [kind, KindDefinition(name: "other")], configure: { $0.maxResult = 1000 }) {
      fixture in
      let welcome = try await fixture.worker("w").welcome
      #expect(welcome.protocol == 1 && welcome.build == MusterBuild.version)
      #expect(welcome.heartbeatMilliseconds == 1000 && welcome.maxResult == 1000)
      #expect(welcome.kinds.map(\.name) == ["work"] && welcome.kinds[0].timeoutMilliseconds == 9000)
      // Programs go only to who asked for them.
      #expect(welcome.kinds[0].stages.isEmpty && welcome.kinds[0].environment.isEmpty)
      var trusting = Fixture.hello("trusting")
      trusting.acceptsKinds = true
      let told = try await fixture.connect(trusting).welcome
      #expect(told.kinds[0].stages.map(\.words) == [["/bin/true", "{input}"]] && !told.kinds[0].hasConfinement)
    }
  }

  @Test("A kind with a sandbox has its programs where only a worker that knows of sandboxes looks")
  func confinedKind() async throws {
    let kind = KindDefinition(name: "work", stages: [["/bin/true"]], sandbox: Sandbox(.isolated, user: "prover"))
    try await withCoordinator(kinds: [kind]) { fixture in
      var trusting = Fixture.hello("trusting")
      trusting.acceptsKinds = true
      let told = try #require(try await fixture.connect(trusting).welcome.kinds.first)
      #expect(told.stages.isEmpty)
      #expect(told.confinement.sandbox == .isolated && told.confinement.user == "prover")
      #expect(told.confinement.stages.map(\.words) == [["/bin/true"]])
      #expect(try await !fixture.worker("other").welcome.kinds[0].hasConfinement)
    }
  }

  @Test("Assigned, started, done: each step shows in the task")
  func life() async throws {
    let kind = KindDefinition(name: "work", timeout: .seconds(9))
    try await withCoordinator(kinds: [kind]) { fixture in
      let worker = try await fixture.worker("w")
      var spec = task("work", id: "a", input: "12")
      spec.memory = 1 << 20
      try await fixture.submit([spec])
      let assignment = try await worker.assignment()
      #expect(assignment.taskID == "a" && assignment.kind == "work" && assignment.attempt == 1)
      #expect(assignment.input == Data("12".utf8) && assignment.inputSize == 2)
      #expect(assignment.slots == 1 && assignment.memory == 1 << 20 && assignment.gpus == 0)
      #expect(assignment.timeoutMilliseconds == 9000)
      #expect(try await fixture.why("a").hasPrefix("assigned: worker 'w' has it since"))
      worker.start(assignment)
      try await eventually("it runs") { try await fixture.why("a").hasPrefix("running: it runs on worker 'w'") }
      #expect(try await worker.end(assignment, result: "144") == .committed)
      let summary = try await fixture.detail("a").summary
      #expect(summary.state == .done && summary.worker == "w" && summary.attempts == 1 && summary.resultSize == 3)
      #expect(try await fixture.result("a") == Data("144".utf8))
      #expect(try await fixture.why("a") == "done: it is done")
    }
  }

  @Test("The same end again gets the first answer; another result of that token is discarded")
  func repeatedEnd() async throws {
    try await withCoordinator { fixture in
      let worker = try await fixture.worker("w")
      try await fixture.submit("work", id: "a")
      let assignment = try await worker.assignment()
      #expect(try await worker.end(assignment, result: "1") == .committed)
      #expect(try await worker.end(assignment, result: "1") == .committed)
      #expect(try await worker.end(assignment, result: "2") == .discarded)
      #expect(try await fixture.result("a") == Data("1".utf8))
    }
  }

  @Test("A failure is retried after its backoff, and the last one fails the task with its sentence")
  func failures() async throws {
    try await withCoordinator { fixture in
      let worker = try await fixture.worker("w")
      var spec = task("work", id: "a")
      spec.maxAttempts = 2
      try await fixture.submit([spec])
      let first = try await worker.assignment()
      worker.start(first)
      #expect(try await worker.end(first, .failed, error: "exit code 3") == .requeued)
      #expect(
        try await fixture.why("a")
          == "backoff: 1 of 2 attempts failed (the last one: exit code 3); it is queued again in 0.2 s")
      try await fixture.pass(.milliseconds(300), heartbeatsOf: [worker])
      let second = try await worker.assignment()
      #expect(second.attempt == 2 && second.number != first.number)
      #expect(try await worker.end(second, .timeout, error: "it ran for too long") == .committed)
      let detail = try await fixture.detail("a")
      #expect(detail.summary.state == .failed && detail.summary.error == "it ran for too long")
      #expect(detail.attempts.map(\.outcome) == ["failed", "timeout"])
      #expect(detail.attempts.map(\.number) == [1, 2])
      #expect(try await fixture.why("a") == "failed: it failed: it ran for too long")
    }
  }

  @Test("A task that was handed back has used up no attempt")
  func returned() async throws {
    try await withCoordinator { fixture in
      let worker = try await fixture.worker("w")
      var spec = task("work", id: "a")
      spec.maxAttempts = 1
      try await fixture.submit([spec])
      #expect(try await worker.end(worker.assignment(), .returned) == .requeued)
      let again = try await worker.assignment()
      #expect(again.taskID == "a" && again.attempt == 2)
      #expect(try await worker.end(again, .failed) == .committed)
    }
  }

  @Test("Inputs over 64 KiB come in chunks, in order, between other frames")
  func largeInputs() async throws {
    try await withFolder { state in
      try await withCoordinator(state: state) { fixture in
        let worker = try await fixture.worker("w", slots: 4)
        let sizes = [65_536, 65_537, 300_000, 0]
        for (number, size) in sizes.enumerated() {
          try await fixture.submit("work", id: "t\(number)", input: String(repeating: "\(number)", count: size))
        }
        var inputs: [UInt64: Data] = [:]
        var assigned: [UInt64: Muster_V1_Assignment] = [:]
        var complete = 0
        while complete < 2 || assigned.count < 4 {
          let batch = try #require(await worker.next())
          for assignment in batch.assignments { assigned[assignment.number] = assignment }
          for chunk in batch.chunks {
            #expect(assigned[chunk.number] != nil && chunk.data.count <= 65_536)
            inputs[chunk.number, default: Data()] += chunk.data
            if chunk.last { complete += 1 }
          }
        }
        for assignment in assigned.values {
          let number = try #require(Int(assignment.taskID.dropFirst()))
          #expect(assignment.inputSize == UInt64(sizes[number]))
          let input = sizes[number] > 65_536 ? inputs[assignment.number] : assignment.input
          #expect(input == Data(String(repeating: "\(number)", count: sizes[number]).utf8))
        }
      }
    }
  }

  @Test("Results over 64 KiB come in chunks; one larger than announced, or smaller, ends the stream")
  func largeResults() async throws {
    try await withFolder { state in
      try await withCoordinator(state: state, configure: { $0.maxResult = 400_000 }) { fixture in
        let worker = try await fixture.worker("w", slots: 2)
        try await fixture.submit("work", id: "a")
        try await fixture.submit("work", id: "b")
        let both = try await worker.assignments(2)
        // Pieces of two results, mixed.
        for _ in 0..<6 {
          worker.send {
            $0.chunks = both.map {
              $0.chunk(Data($0.taskID.utf8 + [UInt8](repeating: 0x2E, count: 49_999)), last: false)
            }
          }
        }
        for assignment in both {
          #expect(try await worker.end(assignment) { $0.resultSize = 300_000 } == .committed)
          let result = try await fixture.result(assignment.taskID)
          #expect(result.count == 300_000 && result.first == assignment.taskID.utf8.first)
        }
        try await fixture.submit("work", id: "c")
        let third = try await worker.assignment()
        worker.send { $0.chunks = [third.chunk(Data(count: 10), last: true)] }
        worker.send { $0.ends = [third.end(.done) { $0.resultSize = 11 }] }
        let sentence = await refusal(.invalidArgument) { try await worker.ending().get() }
        #expect(sentence == "a worker announced a result of 11 bytes and sent 10")
        var again = Fixture.hello("w")
        again.generation = 2
        let back = try await fixture.connect(again)
        let fourth = try await back.assignment()
        for _ in 0..<5 { back.send { $0.chunks = [fourth.chunk(Data(count: 100_000), last: false)] } }
        let second = await refusal(.resourceExhausted) { try await back.ending().get() }
        #expect(second == "a worker sent a result over the 400000 bytes that the welcome allowed")
      }
    }
  }

  @Test("A result over the bound that comes in one piece fails its attempt with that reason")
  func resultOverBound() async throws {
    try await withCoordinator(configure: { $0.maxResult = 10 }) { fixture in
      let worker = try await fixture.worker("w")
      var spec = task("work", id: "a")
      spec.maxAttempts = 1
      try await fixture.submit([spec])
      #expect(try await worker.end(worker.assignment(), result: "12345678901") == .committed)
      let summary = try await fixture.detail("a").summary
      #expect(summary.error == "the result has 11 bytes and the limit is 10 (maxResult)")
    }
  }

  @Test("An attempt's log is kept up to its bound, and what was left out is counted")
  func logs() async throws {
    try await withCoordinator(configure: { $0.maxLog = 10 }) { fixture in
      let worker = try await fixture.worker("w")
      try await fixture.submit("work", id: "a")
      let assignment = try await worker.assignment()
      func log(_ text: String, dropped: UInt64 = 0) {
        worker.send {
          $0.logs = [
            .with {
              $0.epoch = assignment.epoch
              $0.number = assignment.number
              $0.text = Data(text.utf8)
              $0.dropped = dropped
            }
          ]
        }
      }
      log("1234")
      log("5678", dropped: 3)
      log("90ab")
      log("cd")
      try await worker.end(assignment)
      let parts = try await fixture.api.readLogs(.with { $0.id = "a" }) { response in
        var parts: [Muster_V1_LogPart] = []
        for try await part in response.messages { parts.append(part) }
        return parts
      }
      #expect(parts.reduce(Data()) { $0 + $1.text } == Data("1234567890".utf8))
      #expect(parts.map(\.dropped).reduce(0, +) >= 5)
      #expect(parts.allSatisfy { $0.attempt == 1 })
    }
  }

  @Test("Following a log goes on until the task ends")
  func followedLog() async throws {
    try await withCoordinator { fixture in
      let worker = try await fixture.worker("w")
      try await fixture.submit("work", id: "a")
      let assignment = try await worker.assignment()
      let told = Guarded("")
      let reading = Task {
        try await fixture.api.readLogs(
          .with {
            $0.id = "a"
            $0.follow = true
          }
        ) { response in
          for try await part in response.messages { told.change { $0 += String(decoding: part.text, as: UTF8.self) } }
        }
      }
      for text in ["one", "onetwo"] {
        worker.send {
          $0.logs = [
            .with {
              $0.epoch = assignment.epoch
              $0.number = assignment.number
              $0.text = Data(text.suffix(3).utf8)
            }
          ]
        }
        try await fixture.time.pass(.seconds(60)) {
          worker.send { _ in }
          return told.value != text
        }
        #expect(told.value == text)
      }
      try await worker.end(assignment)
      try await fixture.pass(.milliseconds(400), heartbeatsOf: [worker])
      try await reading.value
    }
  }

  @Test("A cancel stops the attempt; a result that comes later is discarded, and the cancel says which won")
  func cancel() async throws {
    try await withCoordinator { fixture in
      let worker = try await fixture.worker("w", slots: 2)
      try await fixture.submit("work", id: "a")
      let assignment = try await worker.assignment()
      worker.start(assignment)
      let cancel = try await fixture.api.cancelTasks(.with { $0.ids = ["a", "nobody"] }).answers
      #expect(cancel.map(\.changed) == [true, false] && cancel[0].state == .cancelled)
      #expect(cancel[1].problem.code == "no_such_task")
      let stop = try #require(try await worker.stops().first)
      #expect(stop.epoch == assignment.epoch && stop.number == assignment.number && !stop.unstartedOnly)
      #expect(try await worker.end(assignment, result: "late") == .discarded)
      #expect(try await fixture.state("a") == .cancelled)
      let sentence = await refusal(.failedPrecondition) { _ = try await fixture.result("a") }
      #expect(sentence == "task 'a' has no result: it is cancelled")
      try await fixture.submit("work", id: "b")
      try await worker.end(worker.assignment())
      let late = try await fixture.api.cancelTasks(.with { $0.ids = ["b"] }).answers
      #expect(late.map(\.changed) == [false] && late.map(\.state) == [.done])
    }
  }

  @Test("A worker holds no more than its slots of tasks that take long")
  func slots() async throws {
    try await withCoordinator { fixture in
      for number in 0..<10 { try await fixture.submit("work", id: "t\(number)") }
      let worker = try await fixture.worker("w", slots: 3)
      let three = try await worker.assignments(3)
      #expect(three.map(\.taskID) == ["t0", "t1", "t2"])
      #expect(
        try await fixture.why("t5").hasPrefix("slots_busy: all 3 slots that could take it are busy; it is number 3"))
      try await worker.end(three[1])
      #expect(try await worker.assignment().taskID == "t3")
    }
  }

  @Test("Nonsense in a frame ends the stream with a sentence")
  func nonsense() async throws {
    try await withCoordinator { fixture in
      let worker = try await fixture.worker("w")
      try await fixture.submit("work", id: "a")
      let assignment = try await worker.assignment()
      worker.send { $0.ends = [assignment.end(.unspecified)] }
      let sentence = await refusal(.invalidArgument) { try await worker.ending().get() }
      #expect(sentence == "a worker reported an attempt's end without an outcome")
      let stranger = await refusal(.invalidArgument) {
        try await fixture.api.work(
          request: StreamingClientRequest { try await $0.write(.with { $0.batch = .init() }) },
          onResponse: { for try await _ in $0.messages {} })
      }
      #expect(stranger == "a worker's first frame must be its greeting")
    }
  }
}
