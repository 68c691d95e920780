/// Near what, and far from what, a pod wants to run.
public struct Affinity: Sendable, Hashable, Codable {
  /// On which nodes.
  public struct NodeAffinity: Sendable, Hashable, Codable {
    public var requiredDuringSchedulingIgnoredDuringExecution: Terms?
    public var preferredDuringSchedulingIgnoredDuringExecution: [Preference]?

    public init(
      requiredDuringSchedulingIgnoredDuringExecution: Terms? = nil,
      preferredDuringSchedulingIgnoredDuringExecution: [Preference]? = nil
    ) {
      self.requiredDuringSchedulingIgnoredDuringExecution = requiredDuringSchedulingIgnoredDuringExecution
      self.preferredDuringSchedulingIgnoredDuringExecution = preferredDuringSchedulingIgnoredDuringExecution
    }
  }

  /// One of them must be met.
  public struct Terms: Sendable, Hashable, Codable {
    public var nodeSelectorTerms: [Term]

    public init(nodeSelectorTerms: [Term]) {
      self.nodeSelectorTerms = nodeSelectorTerms
    }
  }

  /// All of it must be met.
  public struct Term: Sendable, Hashable, Codable {
    public var matchExpressions: [LabelSelector.Expression]?
    public var matchFields: [LabelSelector.Expression]?

    public init(matchExpressions: [LabelSelector.Expression]? = nil, matchFields: [LabelSelector.Expression]? = nil) {
      self.matchExpressions = matchExpressions
      self.matchFields = matchFields
    }
  }

  /// The higher the weight (1 to 100), the more wanted.
  public struct Preference: Sendable, Hashable, Codable {
    public var weight: Int
    public var preference: Term

    public init(weight: Int, preference: Term) {
      self.weight = weight
      self.preference = preference
    }
  }

  /// Beside which pods.
  public struct PodAffinity: Sendable, Hashable, Codable {
    public var requiredDuringSchedulingIgnoredDuringExecution: [PodTerm]?
    public var preferredDuringSchedulingIgnoredDuringExecution: [PodPreference]?

    public init(
      requiredDuringSchedulingIgnoredDuringExecution: [PodTerm]? = nil,
      preferredDuringSchedulingIgnoredDuringExecution: [PodPreference]? = nil
    ) {
      self.requiredDuringSchedulingIgnoredDuringExecution = requiredDuringSchedulingIgnoredDuringExecution
      self.preferredDuringSchedulingIgnoredDuringExecution = preferredDuringSchedulingIgnoredDuringExecution
    }
  }

  /// Pods, and what counts as one place.
  public struct PodTerm: Sendable, Hashable, Codable {
    public var topologyKey: String
    public var labelSelector: LabelSelector?
    public var namespaces: [String]?
    public var namespaceSelector: LabelSelector?
    public var matchLabelKeys: [String]?
    public var mismatchLabelKeys: [String]?

    public init(
      topologyKey: String, labelSelector: LabelSelector? = nil, namespaces: [String]? = nil,
      namespaceSelector: LabelSelector? = nil, matchLabelKeys: [String]? = nil, mismatchLabelKeys: [String]? = nil
    ) {
      self.topologyKey = topologyKey
      self.labelSelector = labelSelector
      self.namespaces = namespaces
      self.namespaceSelector = namespaceSelector
      self.matchLabelKeys = matchLabelKeys
      self.mismatchLabelKeys = mismatchLabelKeys
    }
  }

  /// The higher the weight (1 to 100), the more wanted.
  public struct PodPreference: Sendable, Hashable, Codable {
    public var weight: Int
    public var podAffinityTerm: PodTerm

    public init(weight: Int, podAffinityTerm: PodTerm) {
      self.weight = weight
      self.podAffinityTerm = podAffinityTerm
    }
  }

  public var nodeAffinity: NodeAffinity?
  public var podAffinity: PodAffinity?
  public var podAntiAffinity: PodAffinity?

  public init(nodeAffinity: NodeAffinity? = nil, podAffinity: PodAffinity? = nil, podAntiAffinity: PodAffinity? = nil) {
    self.nodeAffinity = nodeAffinity
    self.podAffinity = podAffinity
    self.podAntiAffinity = podAntiAffinity
  }
}
