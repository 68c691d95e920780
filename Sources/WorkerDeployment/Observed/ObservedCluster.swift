import Kubernetes

/// What is there, read without changing anything. Holds no values of Secrets, only their hashes.
public struct ObservedCluster: Sendable {
  /// One object that is wanted, as it is now and as it would be.
  public struct Object: Sendable {
    /// Nil: not there.
    public var current: DynamicObject?
    /// What the server answers to applying ours as a trial (`dryRun=All`). Nil: it could not be tried, as in a namespace
    /// that is not there yet.
    public var predicted: DynamicObject?
    /// What other managers have set otherwise.
    public var takeovers: [FieldTakeover] = []
    /// Why the server would not take it, in its words.
    public var refusal: String?
    /// It would not, because a field cannot be changed in place.
    public var isImmutable = false

    public init(current: DynamicObject? = nil, predicted: DynamicObject? = nil) {
      self.current = current
      self.predicted = predicted
    }
  }

  public var abilities = ClusterAbilities()
  /// The namespace's name.
  public var name = "default"
  /// Nil: the namespace is not there, or may not be read.
  public var namespace: DynamicObject?
  /// False only when the server says so.
  public var isNamespaceThere = true
  /// Whether the right is there to keep the namespace's annotation `stage`.
  public var mayAnnotate = true
  /// By ``WantedObject/title``.
  public var objects: [String: Object] = [:]
  /// The deployment `prover-cli-t`, whoever has made it; nil: not there.
  public var deployment: DynamicObject?
  /// The original's pull secret, without its contents, if the original scripts have made it and nobody took it over.
  public var originalSecret: DynamicObject?
  /// Of ours that are there and no longer wanted; of each only what says whose it is.
  public var leftovers: [WantedObject] = []
  /// Deployments of other names whose pods are workers.
  public var otherClusters: [String] = []
  /// Where the image stands: false: it has to be delivered; nil: nobody looked, or it is not ours to deliver.
  public var isImageDelivered: Bool?
  /// The digest of another image that the registry has under the tag; nil: there is none.
  public var imageTagLeadsTo: String?
  /// The image that was delivered with what is there; nil: none, or none that is known.
  public var delivered: DeliveredImage?
  /// What becomes of it in a teardown; nil: nobody looked, and it stays.
  public var imageVerdict: ImageRemoval.Verdict?
  /// What else runs from it in this cluster, a few of them. Nil: other namespaces may not be seen.
  public var imageUsers: [String]?
  /// What else is in a namespace that Muster has made, a few of them: they keep it from being deleted. Nil: nobody looked,
  /// or not everything may be seen.
  public var guests: [String]?
  public var nodes: [Node] = []
  /// False: nodes may not be listed.
  public var areNodesKnown = true

  public init() {}
}
