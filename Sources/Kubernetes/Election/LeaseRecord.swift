import MusterCore

/// What a Lease says of who leads.
///
/// Source of the format: `coordination.k8s.io/v1.LeaseSpec`.
struct LeaseRecord: Hashable, Sendable {
  /// Empty or nil: nobody.
  var holder: String?
  var durationSeconds: Int?
  /// When the holder became it, by the holder's clock.
  var acquired: String?
  /// When the holder last said so, by the holder's clock. Only whether it changes counts.
  var renewed: String?
  /// How often the holder has changed.
  var transitions: Int?

  static let resource = ResourceType(group: "coordination.k8s.io", plural: "leases", kind: "Lease")

  init(
    holder: String?, durationSeconds: Int?, acquired: String? = nil, renewed: String? = nil, transitions: Int? = nil
  ) {
    self.holder = holder
    self.durationSeconds = durationSeconds
    self.acquired = acquired
    self.renewed = renewed
    self.transitions = transitions
  }

  init(_ lease: DynamicObject) {
    let spec = lease.content["spec"]?.object ?? [:]
    holder = spec["holderIdentity"]?.string
    durationSeconds = spec["leaseDurationSeconds"]?.integer.map { Int(truncatingIfNeeded: $0) }
    acquired = spec["acquireTime"]?.string
    renewed = spec["renewTime"]?.string
    transitions = spec["leaseTransitions"]?.integer.map { Int(truncatingIfNeeded: $0) }
  }

  /// Puts the record into a lease, and leaves the rest of it alone.
  func write(to lease: inout DynamicObject) {
    var spec = lease.content["spec"]?.object ?? [:]
    spec["holderIdentity"] = .string(holder ?? "")
    spec["leaseDurationSeconds"] = durationSeconds.map { .integer(Int64($0)) }
    spec["acquireTime"] = acquired.map { .string($0) }
    spec["renewTime"] = renewed.map { .string($0) }
    spec["leaseTransitions"] = transitions.map { .integer(Int64($0)) }
    lease.content["spec"] = .object(spec)
  }

  static func text(_ timestamp: Timestamp) -> String { Time.micro(timestamp).description }
}
