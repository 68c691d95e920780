import CoordinatorAPI
import Foundation
import MusterCore
import TaskModel

@testable import Worker

/// A machine, a clock that the test moves, and short words for events.
struct MachineFixture {
  var machine: WorkerMachine
  var now = Moment(nanoseconds: 0)

  init(_ change: (inout WorkerMachine.Settings) -> Void = { _ in }) {
    var settings = WorkerMachine.Settings(name: "w", build: "1", kinds: [.sample], slots: 2, prefetch: 4)
    change(&settings)
    machine = WorkerMachine(settings: settings, session: 7)
  }

  /// Greets and is welcomed; the first frame, which announces the prefetch, is taken.
  @discardableResult
  mutating func connect(stale: [UInt64] = [], maxResult: UInt64 = 0, store: String = "") -> [WorkerAction] {
    _ = machine.connect()
    let actions = welcome(stale: stale, maxResult: maxResult, store: store)
    return actions
  }

  mutating func welcome(
    stale: [UInt64] = [], maxResult: UInt64 = 0, kinds: [Muster_V1_KindSummary] = [], store: String = ""
  ) -> [WorkerAction] {
    var welcome = Muster_V1_CoordinatorWelcome()
    welcome.protocol = 1
    welcome.heartbeatMilliseconds = 5000
    welcome.stale = stale.map { Token.test($0).ref }
    welcome.maxResult = maxResult
    welcome.kinds = kinds
    welcome.storeID = store
    return handle(.welcome(welcome))
  }

  mutating func handle(_ event: WorkerEvent) -> [WorkerAction] { machine.handle(event, now: now) }

  mutating func batch(_ fill: (inout Muster_V1_CoordinatorBatch) -> Void) -> [WorkerAction] {
    var batch = Muster_V1_CoordinatorBatch()
    fill(&batch)
    return handle(.batch(batch))
  }

  mutating func assign(_ numbers: UInt64..., change: (inout Muster_V1_Assignment) -> Void = { _ in }) -> [WorkerAction]
  {
    batch { batch in batch.assignments = numbers.map { .test($0, change) } }
  }

  mutating func stop(_ number: UInt64, unstartedOnly: Bool = false) -> [WorkerAction] {
    batch { batch in
      var stop = Muster_V1_Stop()
      stop.epoch = 1
      stop.number = number
      stop.unstartedOnly = unstartedOnly
      batch.stops = [stop]
    }
  }

  mutating func answer(_ numbers: UInt64...) -> [WorkerAction] {
    batch { batch in
      batch.answers = numbers.map { number in
        .with {
          $0.epoch = 1
          $0.number = number
          $0.verdict = .committed
        }
      }
    }
  }

  mutating func done(_ number: UInt64, result: Data = Data()) -> [WorkerAction] {
    handle(.ended(.test(number), AttemptResult(outcome: .done, result: result)))
  }

  /// Every frame that is ready.
  mutating func frames() -> [Muster_V1_WorkerBatch] {
    var frames: [Muster_V1_WorkerBatch] = []
    while let frame = machine.nextFrame(now: now) { frames.append(frame) }
    return frames
  }

  /// The ends of every frame that is ready, as "number outcome".
  mutating func ends() -> [String] { frames().flatMap(\.ends).map { "\($0.number) \($0.outcome)" } }
}

extension KindDefinition {
  static let sample = KindDefinition(name: "k", stages: [["true"]])
}

extension Token {
  static func test(_ number: UInt64) -> Token { Token(epoch: 1, number: number) }
}

extension Muster_V1_Assignment {
  static func test(_ number: UInt64, _ change: (inout Muster_V1_Assignment) -> Void = { _ in }) -> Muster_V1_Assignment
  {
    var assignment = Muster_V1_Assignment()
    assignment.epoch = 1
    assignment.number = number
    assignment.taskID = "t\(number)"
    assignment.kind = "k"
    assignment.attempt = 1
    assignment.slots = 1
    change(&assignment)
    return assignment
  }
}

extension AttemptRequest {
  /// What the machine must ask the runner for when it was assigned ``Muster_V1_Assignment/test(_:_:)``.
  static func test(_ number: UInt64, slot: Int, change: (inout AttemptRequest) -> Void = { _ in }) -> AttemptRequest {
    var request = AttemptRequest(
      token: .test(number), taskID: "t\(number)", kind: .sample, slot: slot, worker: "w")
    change(&request)
    return request
  }
}
