/// How evenly pods are spread over places.
public struct TopologySpreadConstraint: Sendable, Hashable, Codable {
  public var maxSkew: Int
  public var topologyKey: String
  public var whenUnsatisfiable: String
  public var labelSelector: LabelSelector?
  public var minDomains: Int?
  public var nodeAffinityPolicy: String?
  public var nodeTaintsPolicy: String?
  public var matchLabelKeys: [String]?

  public init(
    maxSkew: Int, topologyKey: String, whenUnsatisfiable: String, labelSelector: LabelSelector? = nil,
    minDomains: Int? = nil, nodeAffinityPolicy: String? = nil, nodeTaintsPolicy: String? = nil,
    matchLabelKeys: [String]? = nil
  ) {
    self.maxSkew = maxSkew
    self.topologyKey = topologyKey
    self.whenUnsatisfiable = whenUnsatisfiable
    self.labelSelector = labelSelector
    self.minDomains = minDomains
    self.nodeAffinityPolicy = nodeAffinityPolicy
    self.nodeTaintsPolicy = nodeTaintsPolicy
    self.matchLabelKeys = matchLabelKeys
  }
}
