import CoordinatorAPI

/// A task in `--output json`. Times are milliseconds since 1970; what is not known yet is left out.
struct TaskView: Encodable {
  let id: String
  let kind: String
  let state: String
  let priority: Int32
  let attempts: UInt32
  let maxAttempts: UInt32
  let worker: String?
  let error: String?
  let labels: [String: String]
  let slots: UInt32
  let memory: UInt64
  let gpus: UInt32
  let inputSize: UInt64
  let resultSize: UInt64
  let late: Bool
  let submitted: Int64?
  let started: Int64?
  let finished: Int64?
  let deadline: Int64?

  enum CodingKeys: String, CodingKey {
    case id, kind, state, priority, attempts, worker, error, labels, slots, memory, gpus, late
    case maxAttempts = "max_attempts"
    case inputSize = "input_size"
    case resultSize = "result_size"
    case submitted = "submitted_unix_ms"
    case started = "started_unix_ms"
    case finished = "finished_unix_ms"
    case deadline = "deadline_unix_ms"
  }

  init(_ task: Muster_V1_TaskSummary) {
    id = task.id
    kind = task.kind
    state = task.state.word
    priority = task.priority
    attempts = task.attempts
    maxAttempts = task.maxAttempts
    worker = task.worker.isEmpty ? nil : task.worker
    error = task.error.isEmpty ? nil : task.error
    labels = task.labels
    slots = task.slots
    memory = task.memory
    gpus = task.gpus
    inputSize = task.inputSize
    resultSize = task.resultSize
    late = task.late
    submitted = TimeText.known(task.submittedUnixMs)
    started = TimeText.known(task.startedUnixMs)
    finished = TimeText.known(task.finishedUnixMs)
    deadline = TimeText.known(task.deadlineUnixMs)
  }
}
