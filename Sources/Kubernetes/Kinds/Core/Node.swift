/// A machine of the cluster.
public struct Node: KubernetesResource, Hashable, Codable {
  public static let resource = ResourceType(plural: "nodes", kind: "Node", isNamespaced: false)

  /// What the node is to be.
  public struct Spec: Sendable, Hashable, Codable {
    public var podCIDR: String?
    public var podCIDRs: [String]?
    public var providerID: String?
    public var unschedulable: Bool?
    public var taints: [Taint]?

    public init(
      podCIDR: String? = nil, podCIDRs: [String]? = nil, providerID: String? = nil, unschedulable: Bool? = nil,
      taints: [Taint]? = nil
    ) {
      self.podCIDR = podCIDR
      self.podCIDRs = podCIDRs
      self.providerID = providerID
      self.unschedulable = unschedulable
      self.taints = taints
    }
  }

  /// What keeps pods away that do not tolerate it.
  public struct Taint: Sendable, Hashable, Codable {
    public var key: String
    public var value: String?
    /// `NoSchedule`, `PreferNoSchedule` or `NoExecute`.
    public var effect: String
    public var timeAdded: Time?

    public init(key: String, effect: String, value: String? = nil, timeAdded: Time? = nil) {
      self.key = key
      self.value = value
      self.effect = effect
      self.timeAdded = timeAdded
    }
  }

  /// How the node is doing.
  public struct Status: Sendable, Hashable, Codable {
    public var capacity: [String: Quantity]?
    public var allocatable: [String: Quantity]?
    public var phase: String?
    public var conditions: [Condition]?
    public var addresses: [Address]?
    public var nodeInfo: Info?
    public var images: [Image]?
    public var daemonEndpoints: JSONValue?
    public var volumesInUse: [String]?

    public init(
      capacity: [String: Quantity]? = nil, allocatable: [String: Quantity]? = nil, phase: String? = nil,
      conditions: [Condition]? = nil, addresses: [Address]? = nil, nodeInfo: Info? = nil, images: [Image]? = nil,
      daemonEndpoints: JSONValue? = nil, volumesInUse: [String]? = nil
    ) {
      self.capacity = capacity
      self.allocatable = allocatable
      self.phase = phase
      self.conditions = conditions
      self.addresses = addresses
      self.nodeInfo = nodeInfo
      self.images = images
      self.daemonEndpoints = daemonEndpoints
      self.volumesInUse = volumesInUse
    }
  }

  /// One of its addresses or names.
  public struct Address: Sendable, Hashable, Codable {
    public var type: String
    public var address: String

    public init(type: String, address: String) {
      self.type = type
      self.address = address
    }
  }

  /// An image that is there already.
  public struct Image: Sendable, Hashable, Codable {
    public var names: [String]?
    public var sizeBytes: Int?

    public init(names: [String]? = nil, sizeBytes: Int? = nil) {
      self.names = names
      self.sizeBytes = sizeBytes
    }
  }

  /// What runs on it.
  public struct Info: Sendable, Hashable, Codable {
    public var machineID: String?
    public var systemUUID: String?
    public var bootID: String?
    public var kernelVersion: String?
    public var osImage: String?
    public var containerRuntimeVersion: String?
    public var kubeletVersion: String?
    public var kubeProxyVersion: String?
    public var operatingSystem: String?
    public var architecture: String?

    public init(
      machineID: String? = nil, systemUUID: String? = nil, bootID: String? = nil, kernelVersion: String? = nil,
      osImage: String? = nil, containerRuntimeVersion: String? = nil, kubeletVersion: String? = nil,
      kubeProxyVersion: String? = nil, operatingSystem: String? = nil, architecture: String? = nil
    ) {
      self.machineID = machineID
      self.systemUUID = systemUUID
      self.bootID = bootID
      self.kernelVersion = kernelVersion
      self.osImage = osImage
      self.containerRuntimeVersion = containerRuntimeVersion
      self.kubeletVersion = kubeletVersion
      self.kubeProxyVersion = kubeProxyVersion
      self.operatingSystem = operatingSystem
      self.architecture = architecture
    }
  }

  /// Left out by servers in lists.
  public var apiVersion: String?
  public var kind: String?
  public var metadata: ObjectMeta
  public var spec: Spec?
  public var status: Status?

  public init(_ metadata: ObjectMeta, spec: Spec? = nil, status: Status? = nil) {
    apiVersion = Self.resource.apiVersion
    kind = Self.resource.kind
    self.metadata = metadata
    self.spec = spec
    self.status = status
  }
}
