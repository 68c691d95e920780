/// The names and labels by which the objects of a worker cluster are found. Those of the original scripts, so that a cluster
/// that they have made is adopted, and of ours one more label that says who made an object.
public enum WorkerNames {
  public static let deployment = "prover-cli-t"
  public static let configuration = "cluster-conf"
  /// The key of the original's client.yaml in ``configuration``.
  public static let clientKey = "client"
  /// The key of our workers' muster.yaml in ``configuration``.
  public static let musterKey = "muster"
  public static let pullSecret = "img-cred"
  public static let service = "cluster-coordinator"
  public static let joinSecret = "cluster-join"
  public static let disruptionBudget = "prover-cli-t"
  public static let container = "client"
  /// The pods' label that the original gives to all of its workers.
  public static let role = (key: "role", value: "cluster-prover")
  public static let stage = "stage"
  public static let app = "app"
  /// On each object that Muster has made or taken over. Nothing without it is ever deleted.
  public static let managedBy = (key: "app.kubernetes.io/managed-by", value: "muster")
  /// The field manager of every write.
  public static let manager = "muster"
  /// The field manager of what is changed between deployments, as a restart: a deployment does not undo it.
  public static let adjuster = "muster-adjust"
  /// On a deployment: `sha256` of the configuration, so that a changed one restarts the workers.
  public static let configurationHash = "muster.dev/configuration"
  /// On each object: what was applied, so that it can be told what others have changed (``AppliedRecord``).
  public static let applied = "muster.dev/applied"
  /// On the deployment: the titles of all objects that were deployed with it.
  public static let objects = "muster.dev/objects"
  /// On the configuration: the image that was delivered, with its digest (``DeliveredImage``).
  public static let delivered = "muster.dev/image"
  /// In the configuration of an image that Muster has built. Nothing without it is ever deleted from a registry.
  public static let imageLabel = (key: "muster.dev/image", value: "worker")
  /// On each node: what its processor is, as images call it.
  public static let architecture = "kubernetes.io/arch"
  /// On the pods: when somebody asked for a restart. Changed, so that they are made anew.
  public static let restartedAt = "muster.dev/restarted-at"
  /// On the Endpoints: coordinators that the workers were pointed away from, and that were not asked yet to let them go.
  public static let leftCoordinators = "muster.dev/left-coordinators"
}
