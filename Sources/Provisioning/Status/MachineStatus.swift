import Inventory
import MusterCore

/// How one machine is, and how far it is from the plan.
public struct MachineStatus: Sendable {
  /// Its name in the inventory.
  public var name: String
  public var roles: Set<MachineRole>
  /// Its address between the machines; nil if that is not known.
  public var address: String?
  /// Why it could not be looked at; nil: it answered.
  public var trouble: (any CodedError)?
  /// Nil if the machine did not answer.
  public var service: ServiceStatus?
  /// Nil if it is not known what node it shall be.
  public var node: NodeStatus?
  /// When Muster last changed something on it, by its own clock; nil: never, or it is not known.
  public var changed: Timestamp?
  /// How long ago that was.
  public var changeAge: Duration?
  /// What a plan has for it, also where another machine does it; nil: it was not compared.
  public var drift: [MachineAction]?

  public init(
    name: String, roles: Set<MachineRole>, address: String? = nil, trouble: (any CodedError)? = nil,
    service: ServiceStatus? = nil, node: NodeStatus? = nil, changed: Timestamp? = nil, changeAge: Duration? = nil,
    drift: [MachineAction]? = nil
  ) {
    self.name = name
    self.roles = roles
    self.address = address
    self.trouble = trouble
    self.service = service
    self.node = node
    self.changed = changed
    self.changeAge = changeAge
    self.drift = drift
  }

  /// Whether it answered, runs its service, is Ready, and a plan has nothing for it.
  public var isWell: Bool {
    trouble == nil && service?.isWell == true && node?.isWell == true && drift?.isEmpty == true
  }
}
