import Inventory
import MusterCore
import Provisioning

/// What programs see of a cluster's status.
struct ClusterStatusLines: Encodable {
  struct Service: Encodable {
    let name: String
    let state: String
    let enabled: Bool
    let since: Int64?
    /// For how long its state is what it is.
    let seconds: Double?

    enum CodingKeys: String, CodingKey {
      case name, state, enabled, seconds
      case since = "since_unix_ms"
    }
  }

  struct Node: Encodable {
    let name: String
    /// As kubectl has it: `Ready`, `NotReady,SchedulingDisabled`; `missing`, `unknown`.
    let status: String
    let ready: Bool
    let schedulable: Bool
    let reason: String?
    let version: String?
    let missingLabels: [String]
    let missingTaints: [String]

    enum CodingKeys: String, CodingKey {
      case name, status, ready, schedulable, reason, version
      case missingLabels = "missing_labels"
      case missingTaints = "missing_taints"
    }

    init(_ node: NodeStatus) {
      name = node.name
      status = node.text
      ready = node.isWell
      schedulable = node.isSchedulable
      reason = node.reason.isEmpty ? nil : node.reason
      version = node.version.isEmpty ? nil : node.version
      missingLabels = node.missingLabels
      missingTaints = node.missingTaints
    }
  }

  struct Trouble: Encodable {
    let code: String
    let message: String
    let details: [String: String]
  }

  struct Machine: Encodable {
    let machine: String
    let roles: [String]
    let ok: Bool
    let address: String?
    let reachable: Bool
    let error: Trouble?
    let service: Service?
    let node: Node?
    let changed: Int64?
    /// The run whose journal is on this machine.
    let changedBy: String?
    /// How many actions a plan has for it; nil: it was not compared.
    let drift: Int?
    let actions: [ClusterPlanView.Action]?

    enum CodingKeys: String, CodingKey {
      case machine, roles, ok, address, reachable, error, service, node, drift, actions
      case changed = "changed_unix_ms"
      case changedBy = "changed_by"
    }
  }

  let ok: Bool
  let machines: [Machine]
  let otherNodes: [Node]
  let problems: [String]
  let remarks: [String]

  enum CodingKeys: String, CodingKey {
    case ok, machines, problems, remarks
    case otherNodes = "other_nodes"
  }

  init(_ status: ClusterStatus, changedBy: (MachineStatus) -> String?) {
    ok = status.isWell
    machines = status.machines.map { machine in
      Machine(
        machine: machine.name, roles: MachineRole.allCases.filter(machine.roles.contains).map(\.rawValue),
        ok: machine.isWell, address: machine.address, reachable: machine.trouble == nil,
        error: machine.trouble.map { Trouble(code: $0.codeName, message: $0.message, details: $0.details) },
        service: machine.service.map {
          Service(
            name: $0.name, state: $0.state, enabled: $0.isEnabled, since: $0.since?.milliseconds,
            seconds: $0.age?.seconds)
        },
        node: machine.node.map(Node.init), changed: machine.changed?.milliseconds,
        changedBy: changedBy(machine), drift: machine.drift?.count,
        actions: machine.drift?.map(ClusterPlanView.Action.init))
    }
    otherNodes = status.otherNodes.map(Node.init)
    problems = status.problems
    remarks = status.remarks
  }
}
