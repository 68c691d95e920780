import CoordinatorAPI

/// A coordinator's status in `--output json`.
struct StatusView: Encodable {
  let coordinator: String
  let build: String
  let protocolLowest: UInt32
  let protocolHighest: UInt32
  let store: String
  let started: Int64?
  let tasks: [String: UInt64]
  let workers: UInt32
  let slots: UInt32
  let slotsInUse: UInt32
  let problems: [String]

  enum CodingKeys: String, CodingKey {
    case coordinator, build, store, tasks, workers, slots, problems
    case protocolLowest = "protocol_lowest"
    case protocolHighest = "protocol_highest"
    case started = "started_unix_ms"
    case slotsInUse = "slots_in_use"
  }

  init(_ status: Muster_V1_GetStatusResponse, at address: CoordinatorAddress) {
    coordinator = address.description
    build = status.build
    protocolLowest = status.protocol.lowest
    protocolHighest = status.protocol.highest
    store = status.store
    started = TimeText.known(status.startedUnixMs)
    tasks = status.tasksByState
    workers = status.workers
    slots = status.slots
    slotsInUse = status.slotsInUse
    problems = status.problems
  }
}
