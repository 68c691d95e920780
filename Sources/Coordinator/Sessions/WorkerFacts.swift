import CoordinatorAPI
import MusterCore
import TaskModel

/// What a worker said of itself in its greeting.
struct WorkerFacts: Sendable {
  var name: String
  var kinds: [String]
  var slots: UInt16
  var memory: UInt64
  var gpus: UInt16
  var session: UInt64
  var generation: UInt64
  var acceptsKinds: Bool
  /// It knows what to do when it is asked to connect anew.
  var moves: Bool
  var build: String
  var connected: Timestamp

  /// The most kinds that one worker may offer.
  static let mostKinds = 256

  /// - Returns: the facts, or a sentence that says what is wrong with the greeting.
  static func from(_ hello: Muster_V1_WorkerHello, at connected: Timestamp) -> Result<WorkerFacts, Complaint> {
    guard TaskID(hello.name) != nil else {
      return .failure(Complaint("the worker's name '\(hello.name.prefix(140))' must be \(TaskID.rule)"))
    }
    guard hello.kinds.count <= mostKinds, hello.kinds.allSatisfy({ TaskID($0) != nil }) else {
      return .failure(
        Complaint("a worker offers at most \(mostKinds) kinds, each with a name of \(TaskID.rule)"))
    }
    guard (1...UInt32(UInt16.max)).contains(hello.slots), hello.gpus <= UInt32(UInt16.max) else {
      return .failure(
        Complaint(
          "a worker offers 1 to 65535 slots and at most 65535 GPUs; this one says \(hello.slots) and \(hello.gpus)"))
    }
    return .success(
      WorkerFacts(
        name: hello.name, kinds: Array(Set(hello.kinds)).sorted(), slots: UInt16(hello.slots), memory: hello.memory,
        gpus: UInt16(hello.gpus), session: hello.session, generation: hello.generation,
        acceptsKinds: hello.acceptsKinds, moves: hello.moves, build: String(hello.build.prefix(64)),
        connected: connected))
  }

  struct Complaint: Error {
    let sentence: String
    init(_ sentence: String) { self.sentence = sentence }
  }
}
