import CoordinatorAPI

/// A coordinator's status in `--output json`.
struct StatusView: Encodable {
  let coordinator: String
  let build: String
  let protocolLowest: UInt32
  let protocolHighest: UInt32
  let store: String
  /// Missing from a coordinator that does not tell it.
  let storeID: String?
  let started: Int64?
  let tasks: [String: UInt64]
  let workers: UInt32
  let slots: UInt32
  let slotsInUse: UInt32
  let problems: [String]
  /// The store does not answer, so that nothing was counted.
  let storeAway: Bool
  /// All over the same store; empty where a store has but one.
  let coordinators: [Neighbour]

  /// One of several coordinators over a store.
  struct Neighbour: Encodable {
    let address: String
    let build: String
    let started: Int64?
    let lastHeard: Int64?
    let isThis: Bool
    let onDuty: Bool

    enum CodingKeys: String, CodingKey {
      case address, build
      case started = "started_unix_ms"
      case lastHeard = "last_heard_unix_ms"
      case isThis = "is_this"
      case onDuty = "on_duty"
    }

    init(_ summary: Muster_V1_CoordinatorSummary) {
      address = summary.address
      build = summary.build
      started = TimeText.known(summary.startedUnixMs)
      lastHeard = TimeText.known(summary.lastHeardUnixMs)
      isThis = summary.isThis
      onDuty = summary.onDuty
    }
  }

  enum CodingKeys: String, CodingKey {
    case coordinator, build, store, tasks, workers, slots, problems, coordinators
    case storeID = "store_id"
    case storeAway = "store_away"
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
    storeID = status.storeID.isEmpty ? nil : status.storeID
    started = TimeText.known(status.startedUnixMs)
    tasks = status.tasksByState
    workers = status.workers
    slots = status.slots
    slotsInUse = status.slotsInUse
    problems = status.problems
    storeAway = status.storeAway
    coordinators = status.coordinators.map(Neighbour.init)
  }
}
