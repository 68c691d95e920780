import Foundation
import MusterCore
import TaskModel

/// Everything that a runner needs to know to run one attempt.
public struct AttemptRequest: Sendable, Hashable {
  public var token: Token
  public var taskID: String
  public var kind: KindDefinition
  /// 1 for the task's first attempt.
  public var attempt: Int
  public var input: Data
  /// A second file of the original protocol's tasks; nil elsewhere.
  public var output: Data?
  public var needs: Needs
  /// Bound on the run time of all stages together. Nil: none.
  public var timeout: Duration?
  /// The lowest of the slot numbers that the attempt holds, from 0. No two attempts that run at one time share it.
  public var slot: Int
  /// Device numbers that the attempt has to itself.
  public var gpus: [Int]
  /// Bytes that a result may have. Nil: as many as it likes.
  public var maxResult: Int?
  /// The worker's name.
  public var worker: String

  public init(
    token: Token, taskID: String, kind: KindDefinition, attempt: Int = 1, input: Data = Data(), output: Data? = nil,
    needs: Needs = Needs(), timeout: Duration? = nil, slot: Int = 0, gpus: [Int] = [], maxResult: Int? = nil,
    worker: String = ""
  ) {
    self.token = token
    self.taskID = taskID
    self.kind = kind
    self.attempt = attempt
    self.input = input
    self.output = output
    self.needs = needs
    self.timeout = timeout
    self.slot = slot
    self.gpus = gpus
    self.maxResult = maxResult
    self.worker = worker
  }
}
