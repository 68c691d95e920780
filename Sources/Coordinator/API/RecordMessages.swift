import CoordinatorAPI
import Foundation
import TaskModel
import TaskStore

extension TaskRecord {
  var message: Muster_V1_TaskSummary {
    .with {
      $0.id = id.text
      $0.kind = kind
      $0.state = state.message
      $0.priority = Int32(priority)
      $0.attempts = UInt32(handouts)
      $0.maxAttempts = UInt32(maxAttempts)
      $0.worker = OriginalProver.displayName(worker)
      $0.submittedUnixMs = submitted.milliseconds
      $0.startedUnixMs = started?.milliseconds ?? 0
      $0.finishedUnixMs = finished?.milliseconds ?? 0
      $0.error = error
      $0.labels = labels
      $0.slots = UInt32(needs.slots)
      $0.memory = needs.memory
      $0.gpus = UInt32(needs.gpus)
      $0.deadlineUnixMs = deadline?.milliseconds ?? 0
      $0.inputSize = UInt64(inputSize)
      $0.resultSize = UInt64(resultSize)
      $0.late = late
    }
  }
}

extension TaskRecord {
  /// The last attempt, while nothing is known of its end but what the task itself says; nil if `ended` holds it.
  func currentAttempt(besides ended: [AttemptRecord]) -> Muster_V1_AttemptRecord? {
    guard state == .running || state == .verifying || state == .done && !late, handouts > 0,
      !ended.contains(where: { $0.number == handouts })
    else { return nil }
    return .with {
      $0.number = UInt32(handouts)
      $0.worker = OriginalProver.displayName(worker)
      $0.outcome = state.name
      $0.startedUnixMs = started?.milliseconds ?? 0
      $0.endedUnixMs = finished?.milliseconds ?? 0
    }
  }
}

extension AttemptRecord {
  var message: Muster_V1_AttemptRecord {
    .with {
      $0.number = UInt32(number)
      $0.worker = OriginalProver.displayName(worker)
      $0.outcome = outcome
      $0.error = error
      $0.startedUnixMs = started?.milliseconds ?? 0
      $0.endedUnixMs = ended.milliseconds
    }
  }
}

extension EndedTask {
  /// - Parameter withResult: whether a small result goes along.
  func message(withResult: Bool) -> Muster_V1_TaskEnd {
    var end = Muster_V1_TaskEnd()
    end.id = id.text
    end.state = state.message
    if withResult, let result { end.result = result }
    end.resultSize = UInt64(resultSize)
    end.error = error
    end.attempts = attempts
    end.worker = OriginalProver.displayName(worker)
    end.late = late
    end.runNanoseconds = runNanoseconds
    return end
  }
}
