import Kubernetes
import MusterCore

/// All that a deployment of workers is to be: variables, flags and the values file in one, checked.
public struct WorkerValues: Sendable, Equatable {
  /// Whether pods without a suitable node are refused or merely placed worse.
  public enum Strictness: String, Sendable, CaseIterable { case required, preferred }
  /// `one-per-node` is the original's rule; `spread` lets a node have several and evens them out.
  public enum Placement: String, Sendable, CaseIterable {
    case onePerNode = "one-per-node"
    case spread
  }
  /// What the workers speak: Muster's own protocol, or that of the original coordinator.
  public enum Wire: String, Sendable, CaseIterable { case muster, original }

  /// `CLUSTER_NS`.
  public var namespace = "default"
  /// False: nobody named one, and the document advises against the default.
  public var isNamespaceGiven = false
  /// `STAGE`: part of the image's tag and of labels. Kept in the namespace's annotation `stage`.
  public var stage: String
  /// `CLUSTER_DEPLOYNAME`: the pods' label `app`.
  public var deployName: String
  /// Nobody named one: of a deployment that is there, its label is kept (a selector cannot change).
  public var isDeployNameGiven = false
  /// `CLIENT_REPLICAS`, 0…100,000. Nil: 2 at first, and later what there is.
  public var replicas: Int?
  /// `CIRCUIT`: the kind that the workers serve.
  public var circuit = "block"
  /// `COORDINATOR_EP` and `COORDINATOR_PORT`. Nil only with ``upstream``.
  public var endpoint: CoordinatorEndpoint?
  /// `COORDINATOR_SERV`: a full URL that the workers use instead of the service.
  public var upstream: String?
  public var wire: Wire = .muster
  public var image: ImageTarget
  /// `sha256:…` once it is known: pods are told the digest and not the tag, which others may move.
  public var digest: String?
  /// What was delivered, as ``DeliveredImage``; nil for an image of the user's own.
  public var delivered: String?
  /// For which processor the image is, as `amd64`: pods keep to such nodes. Nil: it is not known, as of an image of the user's own.
  public var architecture: String?
  /// `IMAGE_AUTH_USER` and `IMAGE_AUTH_PASSWORD`. Nil: anonymous, and no pull secret.
  public var login: RegistryLogin?
  /// A pull secret that is there already. Nil: one is made if there is a ``login``.
  public var pullSecret: String?
  /// With which a worker gets its certificate. Nil: the workers speak without TLS.
  public var joinToken: Secret<String>?
  /// More of `muster.yaml` for the workers: the kinds and how they are done.
  public var workerFile: String?
  /// `client.yaml` of the original protocol, without `upstream`: circuits and files.
  public var clientFile: String?

  public var affinity: Strictness = .required
  public var placement: Placement = .onePerNode
  /// The node's label that workers want: `fluidexnode` in `computation`.
  public var nodeLabel = NodeLabel(key: "fluidexnode", value: "computation")
  /// The taint that workers tolerate: `dedicated=computation`.
  public var taint = NodeLabel(key: "dedicated", value: "computation")
  /// `cpu`, `memory`, `nvidia.com/gpu`, …: what each worker asks for.
  public var requests: [String: Quantity] = [:]
  public var limits: [String: Quantity] = [:]
  public var priorityClass: String?
  public var runtimeClass: String?
  /// How long a worker that is told to leave may finish what it runs.
  public var grace: Duration = .seconds(600)
  /// Of a worker's state and its tasks' files; nil: no limit.
  public var scratch: Quantity?
  public var environment: [String: String] = [:]
  public var labels: [String: String] = [:]
  public var annotations: [String: String] = [:]

  public init(stage: String, deployName: String, image: ImageTarget) {
    self.stage = stage
    self.deployName = deployName
    self.image = image
  }
}

/// A key and its value, on a node: a label, or a taint.
public struct NodeLabel: Sendable, Hashable {
  public var key: String
  public var value: String

  public init(key: String, value: String) {
    self.key = key
    self.value = value
  }
}

/// For delivering the image and for pulling it.
public struct RegistryLogin: Sendable, Equatable {
  public var user: String
  public var password: Secret<String>

  public init(user: String, password: Secret<String>) {
    self.user = user
    self.password = password
  }
}
