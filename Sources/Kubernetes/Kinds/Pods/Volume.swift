/// Files that containers share or keep; one source is set.
public struct Volume: Sendable, Hashable, Codable {
  /// A folder that lives as long as the pod.
  public struct EmptyDirectory: Sendable, Hashable, Codable {
    /// Empty for the node's disk, `Memory` for its memory.
    public var medium: String?
    public var sizeLimit: Quantity?

    public init(medium: String? = nil, sizeLimit: Quantity? = nil) {
      self.medium = medium
      self.sizeLimit = sizeLimit
    }
  }

  /// A path of the node.
  public struct HostPath: Sendable, Hashable, Codable {
    public var path: String
    public var type: String?

    public init(path: String, type: String? = nil) {
      self.path = path
      self.type = type
    }
  }

  /// One key as one file.
  public struct Item: Sendable, Hashable, Codable {
    public var key: String
    public var path: String
    /// Permission bits in decimal.
    public var mode: Int?

    public init(key: String, path: String, mode: Int? = nil) {
      self.key = key
      self.path = path
      self.mode = mode
    }
  }

  /// The keys of a config map as files.
  public struct ConfigMapFiles: Sendable, Hashable, Codable {
    public var name: String?
    public var items: [Item]?
    public var defaultMode: Int?
    public var optional: Bool?

    public init(name: String? = nil, items: [Item]? = nil, defaultMode: Int? = nil, optional: Bool? = nil) {
      self.name = name
      self.items = items
      self.defaultMode = defaultMode
      self.optional = optional
    }
  }

  /// The keys of a secret as files.
  public struct SecretFiles: Sendable, Hashable, Codable {
    public var secretName: String?
    public var items: [Item]?
    public var defaultMode: Int?
    public var optional: Bool?

    public init(secretName: String? = nil, items: [Item]? = nil, defaultMode: Int? = nil, optional: Bool? = nil) {
      self.secretName = secretName
      self.items = items
      self.defaultMode = defaultMode
      self.optional = optional
    }
  }

  /// A persistent volume claim of the same namespace.
  public struct Claim: Sendable, Hashable, Codable {
    public var claimName: String
    public var readOnly: Bool?

    public init(claimName: String, readOnly: Bool? = nil) {
      self.claimName = claimName
      self.readOnly = readOnly
    }
  }

  /// Several sources in one folder.
  public struct Projection: Sendable, Hashable, Codable {
    public var sources: [JSONValue]?
    public var defaultMode: Int?

    public init(sources: [JSONValue]? = nil, defaultMode: Int? = nil) {
      self.sources = sources
      self.defaultMode = defaultMode
    }
  }

  /// The pod's own fields as files.
  public struct DownwardFiles: Sendable, Hashable, Codable {
    /// One field.
    public struct File: Sendable, Hashable, Codable {
      public var path: String
      public var fieldRef: EnvironmentVariable.FieldReference?
      public var resourceFieldRef: EnvironmentVariable.ResourceReference?
      public var mode: Int?

      public init(
        path: String, fieldRef: EnvironmentVariable.FieldReference? = nil,
        resourceFieldRef: EnvironmentVariable.ResourceReference? = nil, mode: Int? = nil
      ) {
        self.path = path
        self.fieldRef = fieldRef
        self.resourceFieldRef = resourceFieldRef
        self.mode = mode
      }
    }

    public var items: [File]?
    public var defaultMode: Int?

    public init(items: [File]? = nil, defaultMode: Int? = nil) {
      self.items = items
      self.defaultMode = defaultMode
    }
  }

  /// A folder of an NFS server.
  public struct NFS: Sendable, Hashable, Codable {
    public var server: String
    public var path: String
    public var readOnly: Bool?

    public init(server: String, path: String, readOnly: Bool? = nil) {
      self.server = server
      self.path = path
      self.readOnly = readOnly
    }
  }

  /// A volume of a storage driver.
  public struct CSI: Sendable, Hashable, Codable {
    public var driver: String
    public var readOnly: Bool?
    public var fsType: String?
    public var volumeAttributes: [String: String]?
    public var nodePublishSecretRef: LocalReference?

    public init(
      driver: String, readOnly: Bool? = nil, fsType: String? = nil, volumeAttributes: [String: String]? = nil,
      nodePublishSecretRef: LocalReference? = nil
    ) {
      self.driver = driver
      self.readOnly = readOnly
      self.fsType = fsType
      self.volumeAttributes = volumeAttributes
      self.nodePublishSecretRef = nodePublishSecretRef
    }
  }

  /// The files of a container image, to be read only.
  public struct Image: Sendable, Hashable, Codable {
    public var reference: String?
    public var pullPolicy: String?

    public init(reference: String? = nil, pullPolicy: String? = nil) {
      self.reference = reference
      self.pullPolicy = pullPolicy
    }
  }

  public var name: String
  public var emptyDir: EmptyDirectory?
  public var hostPath: HostPath?
  public var configMap: ConfigMapFiles?
  public var secret: SecretFiles?
  public var persistentVolumeClaim: Claim?
  public var projected: Projection?
  public var downwardAPI: DownwardFiles?
  public var nfs: NFS?
  public var csi: CSI?
  public var image: Image?
  public var ephemeral: JSONValue?

  public init(
    name: String, emptyDir: EmptyDirectory? = nil, hostPath: HostPath? = nil, configMap: ConfigMapFiles? = nil,
    secret: SecretFiles? = nil, persistentVolumeClaim: Claim? = nil, projected: Projection? = nil,
    downwardAPI: DownwardFiles? = nil, nfs: NFS? = nil, csi: CSI? = nil, image: Image? = nil,
    ephemeral: JSONValue? = nil
  ) {
    self.name = name
    self.emptyDir = emptyDir
    self.hostPath = hostPath
    self.configMap = configMap
    self.secret = secret
    self.persistentVolumeClaim = persistentVolumeClaim
    self.projected = projected
    self.downwardAPI = downwardAPI
    self.nfs = nfs
    self.csi = csi
    self.image = image
    self.ephemeral = ephemeral
  }
}
