import ArgumentParser
import CoordinatorAPI
import MusterCore
import TaskModel

/// What `muster submit` and `muster run` say about tasks besides kind and input.
struct TaskOptions: ParsableArguments {
  @Option(help: "From -1000 to 1000; a higher one goes first.")
  var priority = 0

  @Option(
    name: .customLong("label"),
    help: ArgumentHelp("A note to find the task by; may be repeated.", valueName: "key=value"))
  var labels: [String] = []

  @Option(
    help: ArgumentHelp(
      "When it is too late: a time from now (90s, 2h) or a moment (2026-05-01T12:00:00Z).", valueName: "time"))
  var deadline: String?

  @Option(help: "Slots that the task takes. Default: the kind's.")
  var slots: Int?

  @Option(help: ArgumentHelp("Memory that the task takes: 512MiB, 4GiB. Default: the kind's.", valueName: "size"))
  var memory: String?

  @Option(help: "GPUs that the task takes. Default: the kind's.")
  var gpus: Int?

  @Option(help: ArgumentHelp("How many attempts may fail. Default: the kind's.", valueName: "count"))
  var maxAttempts: Int?

  func validate() throws {
    guard (-1000...1000).contains(priority) else {
      throw ValidationError("--priority is \(priority); give a number from -1000 to 1000.")
    }
    if let slots, !(1...65_535).contains(slots) {
      throw ValidationError("--slots is \(slots); give a number from 1 to 65535.")
    }
    if let gpus, !(0...65_535).contains(gpus) {
      throw ValidationError("--gpus is \(gpus); give a number from 0 to 65535.")
    }
    if let maxAttempts, !(1...1000).contains(maxAttempts) {
      throw ValidationError("--max-attempts is \(maxAttempts); give a number from 1 to 1000.")
    }
    for label in labels { _ = try Label(label) }
    do {
      if let memory { _ = try ByteSizeText.parse(memory) }
      if let deadline { _ = try Deadline.parse(deadline, now: Timestamp(milliseconds: 0)) }
    } catch let error as any CodedError {
      throw ValidationError(error.message)
    }
  }

  /// A task with everything that these options say.
  /// - Parameter now: what a deadline counts from.
  func template(kind: String, now: Timestamp) throws -> Muster_V1_TaskSpec {
    var task = Muster_V1_TaskSpec()
    task.kind = kind
    task.priority = Int32(priority)
    for label in labels {
      let label = try Label(label)
      task.labels[label.key] = label.value
    }
    if let deadline { task.deadlineUnixMs = try Deadline.parse(deadline, now: now).milliseconds }
    task.slots = UInt32(slots ?? 0)
    if let memory { task.memory = try ByteSizeText.parse(memory) }
    task.gpus = UInt32(gpus ?? 0)
    task.maxAttempts = UInt32(maxAttempts ?? 0)
    return task
  }
}
