import CoordinatorAPI

/// A worker in `--output json`.
struct WorkerView: Encodable {
  struct Aside: Encodable {
    let kind: String
    let reason: String
    let until: Int64?

    enum CodingKeys: String, CodingKey {
      case kind, reason
      case until = "until_unix_ms"
    }
  }
  struct Running: Encodable {
    let id: String
    let kind: String
    let attempt: UInt32
    let started: Bool
    let since: Int64?

    enum CodingKeys: String, CodingKey {
      case id, kind, attempt, started
      case since = "since_unix_ms"
    }
  }

  let name: String
  let state: String
  let kinds: [String]
  let slots: UInt32
  let slotsInUse: UInt32
  let memory: UInt64
  let gpus: UInt32
  let connected: Int64?
  let lastHeard: Int64?
  let done: UInt64
  let failed: UInt64
  let invalid: UInt64
  let setAside: [Aside]
  let running: [Running]
  let build: String

  enum CodingKeys: String, CodingKey {
    case name, state, kinds, slots, memory, gpus, done, failed, invalid, running, build
    case slotsInUse = "slots_in_use"
    case connected = "connected_unix_ms"
    case lastHeard = "last_heard_unix_ms"
    case setAside = "set_aside"
  }

  init(_ worker: Muster_V1_WorkerSummary) {
    name = worker.name
    state = worker.state
    kinds = worker.kinds
    slots = worker.slots
    slotsInUse = worker.slotsInUse
    memory = worker.memory
    gpus = worker.gpus
    connected = TimeText.known(worker.connectedUnixMs)
    lastHeard = TimeText.known(worker.lastHeardUnixMs)
    done = worker.done
    failed = worker.failed
    invalid = worker.invalid
    setAside = worker.setAside.map {
      Aside(kind: $0.kind, reason: $0.reason, until: TimeText.known($0.untilUnixMs))
    }
    running = worker.running.map {
      Running(
        id: $0.id, kind: $0.kind, attempt: $0.attempt, started: $0.started, since: TimeText.known($0.sinceUnixMs))
    }
    build = worker.build
  }
}
