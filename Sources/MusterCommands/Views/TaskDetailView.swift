import CoordinatorAPI

/// A task with its history in `--output json`: what ``TaskView`` has, and more.
struct TaskDetailView: Encodable {
  struct Attempt: Encodable {
    let number: UInt32
    let worker: String
    let outcome: String
    let error: String?
    let started: Int64?
    let ended: Int64?

    enum CodingKeys: String, CodingKey {
      case number, worker, outcome, error
      case started = "started_unix_ms"
      case ended = "ended_unix_ms"
    }
  }

  let task: TaskView
  let after: [String]
  let history: [Attempt]
  let why: [ReasonView]

  enum CodingKeys: String, CodingKey { case after, history, why }

  init(_ detail: Muster_V1_TaskDetail) {
    task = TaskView(detail.summary)
    after = detail.dependsOn
    history = detail.attempts.map {
      Attempt(
        number: $0.number, worker: $0.worker, outcome: $0.outcome, error: $0.error.isEmpty ? nil : $0.error,
        started: TimeText.known($0.startedUnixMs), ended: TimeText.known($0.endedUnixMs))
    }
    why = detail.why.map(ReasonView.init)
  }

  func encode(to encoder: any Encoder) throws {
    try task.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(after, forKey: .after)
    try container.encode(history, forKey: .history)
    try container.encode(why, forKey: .why)
  }
}
