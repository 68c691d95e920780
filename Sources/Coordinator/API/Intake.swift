import CoordinatorAPI
import Foundation
import MusterCore
import TaskModel
import TaskStore

/// Checks what is submitted, fills in what the kind gives, and puts large inputs where they stay.
struct Intake: Sendable {
  let context: CoordinatorContext
  let caller: Caller

  static let mostDependencies = 1000
  static let mostLabels = 64

  /// - Throws: a ``StoreError`` when a large input cannot be kept: no fault of the task, so not a problem of it.
  /// - Parameter foreign: tasks of others, on which the caller's may not depend.
  func check(_ spec: Muster_V1_TaskSpec, foreign: Set<TaskID>) async throws -> Result<NewTask, Problem> {
    guard let id = spec.id.isEmpty ? TaskID(trusted: TaskNames.make(at: context.time.timestamp())) : TaskID(spec.id)
    else {
      return .failure(Problem("bad_id", "the task id '\(spec.id.prefix(140))' must be \(TaskID.rule)"))
    }
    guard TaskID(spec.kind) != nil else {
      return .failure(Problem("bad_kind", "the kind '\(spec.kind.prefix(140))' of task '\(id)' must be \(TaskID.rule)"))
    }
    if let identity = caller.identity, !identity.mayUse(kind: spec.kind) {
      return .failure(
        Problem(
          "kind_not_allowed",
          "\(identity.words) may hand in tasks of \((identity.kinds ?? []).joined(separator: ", ")) only, and '\(spec.kind)' is none of them; ask an administrator for a token with that kind"
        ))
    }
    guard !spec.hasBlockID else {
      return .failure(
        Problem(
          "no_blocks",
          "task '\(id)' has a block id, which only a coordinator over the prover cluster's table takes; leave it out"))
    }
    guard spec.input.count <= context.configuration.maxInput else {
      return .failure(
        Problem(
          "input_too_large",
          "the input of task '\(id)' has \(spec.input.count) bytes and the limit is \(context.configuration.maxInput); raise maxInput in the coordinator's file, or pass a reference to the data"
        ))
    }
    guard (-1000...1000).contains(spec.priority) else {
      return .failure(
        Problem("bad_priority", "the priority \(spec.priority) of task '\(id)' must be from -1000 to 1000"))
    }
    guard spec.slots <= UInt32(UInt16.max), spec.gpus <= UInt32(UInt16.max), spec.memory <= UInt64(Int64.max) else {
      return .failure(Problem("bad_needs", "task '\(id)' asks for more slots, GPUs or memory than can be counted"))
    }
    guard spec.dependsOn.count <= Self.mostDependencies else {
      return .failure(
        Problem(
          "too_many_dependencies",
          "task '\(id)' depends on \(spec.dependsOn.count) tasks; at most \(Self.mostDependencies) are taken"))
    }
    guard spec.labels.count <= Self.mostLabels,
      spec.labels.allSatisfy({ (1...128).contains($0.key.utf8.count) && $0.value.utf8.count <= 1024 })
    else {
      return .failure(
        Problem(
          "bad_labels",
          "task '\(id)' has labels out of bounds: at most \(Self.mostLabels), names of 1 to 128 bytes, values up to 1024"
        ))
    }
    if let reserved = spec.labels.keys.first(where: { $0.hasPrefix(ReservedLabel.prefix) }) {
      return .failure(
        Problem(
          "bad_labels",
          "task '\(id)' has the label '\(reserved)', and those that begin with '\(ReservedLabel.prefix)' are the coordinator's own; give it another name"
        ))
    }
    var labels = spec.labels
    if let namespace = caller.namespace { labels[ReservedLabel.namespace] = namespace }
    var dependencies: [TaskID] = []
    for text in spec.dependsOn {
      guard let dependency = TaskID(text), !foreign.contains(dependency) else {
        return .failure(Self.unknownDependency(id, text))
      }
      dependencies.append(dependency)
    }
    let kind = context.kind(spec.kind)
    let own = kind?.needs ?? Needs()
    let asked = Needs(slots: UInt16(spec.slots), memory: spec.memory, gpus: UInt16(spec.gpus))
    let input = try await context.store.keep(spec.input)
    return .success(
      NewTask(
        id: id, kind: spec.kind, input: input,
        needs: Needs(
          slots: max(asked.slots == 0 ? own.slots : asked.slots, 1),
          memory: asked.memory == 0 ? own.memory : asked.memory,
          gpus: asked.gpus == 0 ? own.gpus : asked.gpus),
        priority: Int16(spec.priority), labels: labels,
        deadline: spec.deadlineUnixMs == 0 ? nil : Timestamp(milliseconds: spec.deadlineUnixMs),
        dependsOn: dependencies,
        maxAttempts: UInt16(clamping: spec.maxAttempts == 0 ? kind?.maxAttempts ?? 3 : Int(spec.maxAttempts)),
        // Id, circuit and framing take less than 400 bytes of the original protocol's message.
        oversize: spec.input.count + 400 > context.configuration.compatMaxMessage,
        identity: NewTask.identity(kind: spec.kind, input: spec.input, needs: asked, dependsOn: dependencies)))
  }

  /// Somebody else has a task of this id.
  static func taken(_ id: String) -> Problem {
    Problem("id_taken", "the id '\(id)' is taken; give this task another one")
  }

  static func problem(_ refusal: SubmitRefusal, task: NewTask) -> Problem {
    switch refusal {
    case .idTaken:
      Problem(
        "id_taken",
        "task '\(task.id)' exists with another kind, input, needs or dependencies; give this one another id")
    case .unknownDependency(let dependency):
      unknownDependency(task.id, dependency.text)
    case .tooManySorts:
      Problem(
        "too_many_sorts",
        "task '\(task.id)' would be of one kind or one sort of needs too many (at most \(TaskBook.mostKinds) kinds, 65535 sorts of needs among unfinished tasks)"
      )
    }
  }

  static func unknownDependency(_ id: TaskID, _ text: String) -> Problem {
    Problem(
      "unknown_dependency",
      "task '\(id)' depends on '\(text.prefix(140))', which does not exist; submit that one first, or earlier in the same batch"
    )
  }
}

/// Ids for tasks whose submitters give none.
enum TaskNames {
  private static let digits = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)

  /// 26 characters: 10 of time, 16 random. Ordered by time, so that the store's index of ids grows at one end.
  static func make(at time: Timestamp) -> String {
    var generator = SystemRandomNumberGenerator()
    let high = generator.next()
    let low = generator.next()
    return String(unsafeUninitializedCapacity: 26) { text in
      for index in 0..<10 {
        text[index] = digits[Int(truncatingIfNeeded: time.milliseconds >> Int64(45 - 5 * index)) & 31]
      }
      for index in 0..<8 {
        text[10 + index] = digits[Int(truncatingIfNeeded: high >> UInt64(5 * index)) & 31]
        text[18 + index] = digits[Int(truncatingIfNeeded: low >> UInt64(5 * index)) & 31]
      }
      return 26
    }
  }
}
