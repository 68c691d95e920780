import CoordinatorAPI
import Foundation
import MusterCore
import TaskModel
import TaskStore

extension Token {
  init(_ ref: Muster_V1_AttemptRef) { self.init(epoch: ref.epoch, number: ref.number) }

  var reference: Muster_V1_AttemptRef {
    .with {
      $0.epoch = epoch
      $0.number = number
    }
  }
}

extension Muster_V1_CoordinatorBatch {
  /// Whether it says nothing.
  var isIdle: Bool { assignments.isEmpty && answers.isEmpty && stops.isEmpty && chunks.isEmpty && !drain && !move }
}

extension EndOutcome {
  var message: Muster_V1_EndAnswer {
    var answer = Muster_V1_EndAnswer()
    answer.epoch = token.epoch
    answer.number = token.number
    answer.verdict =
      switch verdict {
      case .committed: .committed
      case .committedLate: .committedLate
      case .verifying: .verifying
      case .discarded: .discarded
      case .stale: .stale
      case .requeued: .requeued
      }
    return answer
  }
}

extension ClaimedTask {
  /// - Parameter definition: the kind in the coordinator's file, if it stands there.
  func message(kind definition: KindDefinition?) -> Muster_V1_Assignment {
    var assignment = Muster_V1_Assignment()
    assignment.epoch = token.epoch
    assignment.number = token.number
    assignment.taskID = id.text
    assignment.kind = kind
    assignment.attempt = token.attempt
    assignment.inputSize = UInt64(input.size)
    if case .bytes(let data) = input, data.count <= InputChunks.size { assignment.input = data }
    assignment.slots = UInt32(needs.slots)
    assignment.memory = needs.memory
    assignment.gpus = UInt32(needs.gpus)
    if let timeout = definition?.timeout { assignment.timeoutMilliseconds = UInt64(max(timeout.wholeMilliseconds, 1)) }
    return assignment
  }
}

extension EndReport {
  /// Bytes of the result that are in memory.
  var inlineBytes: Int {
    if case .bytes(let data) = result { return data.count }
    return 0
  }
}

extension EndReport.End {
  init?(_ outcome: Muster_V1_AttemptOutcome) {
    switch outcome {
    case .done: self = .done
    case .failed: self = .failed
    case .retry: self = .retry
    case .timeout: self = .timeout
    case .memory: self = .memory
    case .returned: self = .returned
    case .cancelled: self = .cancelled
    case .unrunnable: self = .unrunnable
    case .unspecified, .UNRECOGNIZED: return nil
    }
  }
}

extension TaskState {
  var message: Muster_V1_TaskState {
    switch self {
    case .waiting: .waiting
    case .queued: .queued
    case .running: .running
    case .verifying: .verifying
    case .done: .done
    case .failed: .failed
    case .cancelled: .cancelled
    }
  }

  init?(_ message: Muster_V1_TaskState) {
    switch message {
    case .waiting: self = .waiting
    case .queued: self = .queued
    case .running: self = .running
    case .verifying: self = .verifying
    case .done: self = .done
    case .failed: self = .failed
    case .cancelled: self = .cancelled
    case .unspecified, .UNRECOGNIZED: return nil
    }
  }
}
