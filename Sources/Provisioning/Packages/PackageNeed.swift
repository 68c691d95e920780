/// Something that a machine needs and does not have, by the names of the packages that bring it.
public struct PackageNeed: Sendable, Hashable {
  /// One of them is enough; better ones first.
  public var names: [String]
  public var set: PackageSet
  /// Why it is needed, as the end of a sentence: "k3s loads kernel modules with modprobe".
  public var reason: String
  /// False: the cluster runs without it, and its absence is only told of.
  public var isRequired: Bool

  public init(_ names: [String], _ set: PackageSet, reason: String, isRequired: Bool = true) {
    self.names = names
    self.set = set
    self.reason = reason
    self.isRequired = isRequired
  }

  /// For people.
  public var name: String { names.first ?? "" }
}
