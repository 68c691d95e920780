import Kubernetes

/// Images that cannot be pulled: from which host, with which secret, and what the registry said.
enum PullReasons {
  static func find(_ facts: SituationFacts) -> [Reason] {
    let groups = facts.groups { _, ailment in
      guard case .pull(let reason, let image, let message) = ailment else { return nil }
      return "\(PullFailure(reason: reason, message: message)) \(image)"
    }
    return groups.prefix(5).compactMap { group in
      guard case .pull(let reason, let image, let message) = group.ailment else { return nil }
      return self.reason(PullFailure(reason: reason, message: message), image, message, group.pods, facts)
    }
  }

  private static func reason(
    _ failure: PullFailure, _ image: String, _ message: String, _ pods: [WorkerPod], _ facts: SituationFacts
  ) -> Reason {
    let shown = Wording.cleaned(image, limit: 200)
    let host = host(of: image)
    let start = facts.workers(pods.count, "cannot", "cannot") + " pull the image '\(shown)'"
    let words = PullFailure.essence(message)
    let said = words.isEmpty ? "" : " ('\(words)')"
    func make(_ cause: Cause, _ what: String, _ cure: String) -> Reason {
      Reason(cause, count: pods.count, start + ": " + what, cure: cure, pods: pods.map(\.name))
    }
    switch failure {
    case .badName:
      return make(
        .imageName, "that is no name of an image\(said)",
        "correct IMAGE_REPO, IMAGE_HOST_ALIAS or STAGE and deploy again")
    case .denied:
      let (secret, cure) = secretWords(host, facts.situation)
      return make(.imageDenied, "the registry at \(host) refuses it\(said), \(secret)", cure)
    case .notFound:
      return make(
        .imageMissing, "the registry at \(host) has no such image\(said)",
        "deliver it with 'muster workers deploy', or correct IMAGE_REPO, IMAGE_HOST_ALIAS or STAGE")
    case .unreachable:
      return make(
        .imageHost, "no registry answers at \(host), as the nodes see it\(said)",
        "set IMAGE_HOST_ALIAS to a host from which nodes can pull, or look at the nodes' network and the registry")
    case .untrusted:
      return make(
        .imageHost, "the nodes do not trust the certificate of the registry at \(host)\(said)",
        "give the nodes' container runtime the registry's authority, or set IMAGE_HOST_ALIAS to the name in its certificate"
      )
    case .plain:
      return make(
        .imageHost, "the registry at \(host) speaks HTTP, and the nodes want HTTPS\(said)",
        "give the registry a certificate, or tell the nodes' container runtime that it is without")
    case .tooOften:
      return make(
        .imageHost, "the registry at \(host) wants to be asked less often\(said)",
        "wait, log in with IMAGE_AUTH_USER and IMAGE_AUTH_PASSWORD, or deliver to a registry of your own")
    case .platform:
      return make(
        .imageOther, "it has nothing for the nodes' processor\(said)",
        "deliver an image for the nodes' platform, or label other nodes")
    case .diskFull:
      return make(.imageOther, "the disk of the node is full\(said)", "make room on the nodes, or label larger ones")
    case .neverPulled:
      return make(
        .imageMissing, "the nodes do not have it and may not pull it\(said)",
        "import it on the nodes, or set imagePullPolicy to IfNotPresent")
    case .other:
      return make(
        .imageOther, words.isEmpty ? "the node does not say why" : "the node says '\(words)'",
        "look at it with 'kubectl describe pod \(pods.first?.name ?? "") -n \(facts.situation.namespace)'")
    }
  }

  /// With which secret it was tried, and what to do about that.
  private static func secretWords(_ host: String, _ situation: WorkersSituation) -> (String, String) {
    let names = (situation.deployment?.spec?.template?.spec?.imagePullSecrets ?? []).compactMap(\.name)
    let set = "set IMAGE_AUTH_USER and IMAGE_AUTH_PASSWORD and deploy again"
    guard !names.isEmpty else { return ("asked without credentials, for the workers name no pull secret", set) }
    let known = names.compactMap { name in situation.pullSecrets[name].map { (name, $0) } }
    if let (name, _) = known.first(where: { $0.1.serves(host) }) {
      return (
        "asked with the login in the secret '\(name)'",
        "correct IMAGE_AUTH_USER or IMAGE_AUTH_PASSWORD, or give that user the right to pull, and deploy again"
      )
    }
    if let (name, secret) = known.first, known.count == names.count {
      switch secret {
      case .missing: return ("and the pull secret '\(name)' that the workers name is not there", set)
      case .unreadable: return ("and no login can be read from the pull secret '\(name)'", set)
      case .hosts(let hosts):
        return (
          "and the pull secret '\(name)' is for \(hosts.isEmpty ? "no host" : Wording.list(hosts)), not for \(host)",
          "set IMAGE_HOST_ALIAS=\(host) and deploy again, so that the secret is for the host that nodes pull from"
        )
      }
    }
    return (
      "asked with the pull secret \(Wording.list(names.map { "'\($0)'" })), which may not be read here",
      "look whether it is there and for \(host), or \(set)"
    )
  }

  /// As the container runtime understands it: without a host-like first part it is the runtime's default registry.
  static func host(of image: String) -> String {
    let first = image.prefix { $0 != "/" }
    guard first.count < image.count, first == "localhost" || first.contains(".") || first.contains(":") else {
      return "the nodes' default registry"
    }
    return Wording.cleaned(String(first), limit: 200)
  }
}
