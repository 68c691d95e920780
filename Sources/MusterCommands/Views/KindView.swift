import CoordinatorAPI

/// A kind in `--output json`.
struct KindView: Encodable {
  let name: String
  let stages: [[String]]
  let sandbox: String
  let user: String?
  let verified: Bool
  let timeout: UInt64?
  let lease: UInt64
  let maxAttempts: UInt32
  let slots: UInt32
  let memory: UInt64
  let gpus: UInt32
  let order: String
  let workers: UInt32
  let states: [String: UInt64]

  enum CodingKeys: String, CodingKey {
    case name, stages, sandbox, user, verified, slots, memory, gpus, order, workers, states
    case timeout = "timeout_ms"
    case lease = "lease_ms"
    case maxAttempts = "max_attempts"
  }

  init(_ kind: Muster_V1_KindSummary) {
    name = kind.name
    stages = kind.programs
    sandbox = kind.sandboxName
    user = kind.confinement.user.isEmpty ? nil : kind.confinement.user
    verified = kind.verified
    timeout = kind.timeoutMilliseconds == 0 ? nil : kind.timeoutMilliseconds
    lease = kind.leaseMilliseconds
    maxAttempts = kind.maxAttempts
    slots = kind.slots
    memory = kind.memory
    gpus = kind.gpus
    order = kind.order
    workers = kind.workers
    states = kind.byState
  }
}

extension Muster_V1_KindSummary {
  /// Each with its arguments; empty if the coordinator has none.
  var programs: [[String]] { (hasConfinement ? confinement.stages : stages).map(\.words) }

  var sandboxName: String {
    guard hasConfinement else { return "none" }
    return switch confinement.sandbox {
    case .user: "user"
    case .isolated: "isolated"
    case .unspecified, .UNRECOGNIZED: "unknown"
    }
  }
}
