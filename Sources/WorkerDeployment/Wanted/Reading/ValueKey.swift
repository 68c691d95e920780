/// Every single value that can be said, by its full name in the values file. docs/workers-values.md describes each.
enum ValueKey: String, CaseIterable, Sendable {
  case namespace, stage, deployName, replicas, circuit
  case coordinator, coordinatorPort, upstream
  case wire = "protocol"
  case imageRepo = "image.repo"
  case imageHost = "image.host"
  case imageHostAlias = "image.hostAlias"
  case imageUser = "image.user"
  case imagePasswordFile = "image.passwordFile"
  case imagePullSecret = "image.pullSecret"
  case imageOwn = "image.own"
  case imageBase = "image.base"
  case joinTokenFile, workerFile, clientFile
  case affinity, placement, nodeLabel, taint
  case gpus, gpuResource, priorityClass, runtimeClass, grace, scratch

  /// The original's variable.
  var variable: String? {
    switch self {
    case .namespace: "CLUSTER_NS"
    case .stage: "STAGE"
    case .deployName: "CLUSTER_DEPLOYNAME"
    case .replicas: "CLIENT_REPLICAS"
    case .circuit: "CIRCUIT"
    case .coordinator: "COORDINATOR_EP"
    case .coordinatorPort: "COORDINATOR_PORT"
    case .upstream: "COORDINATOR_SERV"
    case .imageRepo: "IMAGE_REPO"
    case .imageHost: "IMAGE_HOST"
    case .imageHostAlias: "IMAGE_HOST_ALIAS"
    case .imageUser: "IMAGE_AUTH_USER"
    default: nil
    }
  }

  /// Without dashes: `image-repo`; an image of the user's own is `image`.
  var flag: String { self == .imageOwn ? "image" : Self.flag(rawValue) }

  private static func flag(_ name: String) -> String {
    name.reduce(into: "") { flag, letter in
      if letter == "." {
        flag += "-"
      } else if letter.isUppercase {
        flag += "-\(letter.lowercased())"
      } else {
        flag.append(letter)
      }
    }
  }
}
