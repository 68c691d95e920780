import CoordinatorAPI
import Foundation
import TaskModel

extension WorkerMachine {
  mutating func received(_ batch: Muster_V1_CoordinatorBatch) {
    guard link == .up else { return }
    if batch.drain { drain() }
    if batch.move { askedToMove() }
    for answer in batch.answers { answered(Token(epoch: answer.epoch, number: answer.number)) }
    for assignment in batch.assignments { assigned(assignment) }
    for chunk in batch.chunks { arrived(chunk) }
    for order in batch.stops {
      stop(Token(epoch: order.epoch, number: order.number), unstartedOnly: order.unstartedOnly)
    }
  }

  private mutating func assigned(_ assignment: Muster_V1_Assignment) {
    let token = Token(epoch: assignment.epoch, number: assignment.number)
    // A token never repeats, so this is the same assignment again.
    guard attempts[token] == nil else { return }
    let needs = Needs(
      slots: UInt16(clamping: max(assignment.slots, 1)), memory: assignment.memory,
      gpus: UInt16(clamping: assignment.gpus))
    let kind = kinds[assignment.kind]
    let request = AttemptRequest(
      token: token, taskID: assignment.taskID, kind: kind ?? KindDefinition(name: assignment.kind),
      attempt: Int(clamping: assignment.attempt), input: assignment.input, needs: needs,
      timeout: assignment.timeoutMilliseconds == 0
        ? nil : .milliseconds(Int64(clamping: assignment.timeoutMilliseconds)),
      maxResult: maxResult, worker: settings.name)
    attempts[token] = HeldAttempt(request: request, stage: .waiting, store: store)
    if let reason = reasonToTakeNothing { return end(token, AttemptResult(outcome: .returned, error: reason)) }
    if let problem = unrunnable(assignment, kind: kind, needs: needs) {
      return end(token, AttemptResult(outcome: .unrunnable, error: problem))
    }
    if assignment.inputSize > UInt64(assignment.input.count) {
      attempts[token]?.stage = .arriving(InputAssembly(size: Int(clamping: assignment.inputSize)))
    } else {
      waiting.append(token)
    }
  }

  /// Why an assignment cannot run here, as one sentence; nil if it can.
  private func unrunnable(_ assignment: Muster_V1_Assignment, kind: KindDefinition?, needs: Needs) -> String? {
    if kind == nil || (settings.needsStages && kind?.stages.isEmpty == true) {
      return "Worker \(settings.name) has no executor for kind \(assignment.kind)."
    }
    if !capacity.couldHold(needs) {
      return "Task \(assignment.taskID) needs \(needs.slots) slots, \(needs.memory) bytes of memory and \(needs.gpus) "
        + "GPUs; worker \(settings.name) offers \(capacity.slots), \(capacity.memory) and \(capacity.gpus.count)."
    }
    if assignment.inputSize > UInt64(settings.limits.input) {
      return "The input of task \(assignment.taskID) has \(assignment.inputSize) bytes; worker \(settings.name) takes "
        + "at most \(settings.limits.input)."
    }
    return nil
  }

  private mutating func arrived(_ chunk: Muster_V1_PayloadChunk) {
    let token = Token(epoch: chunk.epoch, number: chunk.number)
    // An attempt that was stopped while its input came is no longer arriving.
    guard case .arriving(var assembly)? = attempts[token]?.stage else { return }
    // Takes the stored copy away first: with two owners every piece would copy all the bytes before it.
    attempts[token]?.stage = .waiting
    switch assembly.add(chunk.data, last: chunk.last) {
    case .more: attempts[token]?.stage = .arriving(assembly)
    case .complete:
      attempts[token]?.request.input = assembly.data
      waiting.append(token)
    case .wrongSize:
      let error = "The task's input did not have the announced size of \(assembly.size) bytes."
      end(token, AttemptResult(outcome: .unrunnable, error: error))
    }
  }

  /// Starts what fits, oldest first. A large attempt at the head is not passed by: the coordinator chose the order.
  mutating func startWaiting() {
    while let token = waiting.first {
      guard let needs = attempts[token]?.request.needs else {
        waiting.removeFirst()
        continue
      }
      guard let grant = capacity.take(needs) else { return }
      waiting.removeFirst()
      attempts[token]?.request.slot = grant.slot
      attempts[token]?.request.gpus = grant.gpus
      attempts[token]?.stage = .running(grant, stop: nil)
      if let request = attempts[token]?.request { actions.append(.start(request)) }
      // The runner has it now; a second copy of every running input would only take memory.
      attempts[token]?.request.input = Data()
    }
  }
}
