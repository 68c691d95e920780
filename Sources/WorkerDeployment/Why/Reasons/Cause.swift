/// What kind of reason it is. They stand in the order of their importance.
public enum Cause: String, Sendable, Hashable, CaseIterable, Encodable {
  /// There is no deployment.
  case notDeployed = "not_deployed"
  case namespaceGoing = "namespace_going"
  /// Our own credentials lack a right without which nothing is known.
  case forbidden
  case podSecurity = "pod_security"
  case quota
  /// The API server does not let the pods be made, for another reason.
  case podsRefused = "pods_refused"
  case imageName = "image_name"
  case imageDenied = "image_denied"
  case imageMissing = "image_missing"
  case imageHost = "image_host"
  case imageOther = "image_other"
  case configurationMissing = "configuration_missing"
  /// The container cannot be started as it is described.
  case container
  case outOfMemory = "out_of_memory"
  case crash
  case nodeSpelling = "node_spelling"
  case noNode = "no_node"
  /// It runs, and says that it cannot work: what it saw is told.
  case notReady = "not_ready"
  case nodeLost = "node_lost"
  /// The cluster cannot give the pod a network, a volume or the like.
  case sandbox
  case paused
  case rolloutStuck = "rollout_stuck"
  /// The deployment's controller has not looked at it.
  case unobserved
  /// Pods that ended by no will of ours and are replaced.
  case evicted
  /// A node will have room without anybody's doing: a worker leaves it, or an autoscaler adds one.
  case nodeComing = "node_coming"
  case leaving
  case starting
  /// Something could not be seen, which makes the other reasons less sure.
  case unseen
  case smallNodes = "small_nodes"

  /// For how long a pod may stand with it before waiting for it is given up; nil: it is waited for until the deadline.
  ///
  /// All are under 10 s, so that who waits is told within 10 s. What can mend itself without anybody's doing (a registry
  /// or a coordinator that comes up, a ConfigMap that is made a moment after the deployment) is given most of it.
  public var patience: Duration? {
    switch self {
    case .namespaceGoing, .podSecurity, .imageName, .paused, .rolloutStuck: .seconds(1)
    // The end of a log is on its way meanwhile.
    case .imageDenied, .imageMissing, .container, .crash, .outOfMemory: .seconds(3)
    case .notDeployed, .quota, .podsRefused, .configurationMissing: .seconds(5)
    case .imageHost, .imageOther, .noNode, .nodeSpelling, .notReady, .sandbox, .unobserved: .seconds(8)
    case .forbidden, .nodeLost, .evicted, .nodeComing, .leaving, .starting, .unseen, .smallNodes: nil
    }
  }

  /// Whether it keeps workers from working, as against a hint or what passes by itself.
  public var isTrouble: Bool {
    switch self {
    case .nodeComing, .leaving, .starting, .unseen, .smallNodes, .evicted: false
    default: true
    }
  }

  /// Its place in the order of importance.
  var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}
