import Kubernetes

/// The container in which a worker runs.
struct PodContainer {
  let values: WorkerValues
  let upstream: Upstream
  let file: WorkerFile
  let name: String

  /// Of the grace, for handing back what did not get done in time.
  private static let handingBack: Int64 = 20

  var object: JSONValue {
    let resources = PodResources(values)
    var container: [String: JSONValue] = [
      "name": .string(name), "image": .string(image),
      // Under a digest there is one thing only; a tag may have been moved since a node pulled it.
      "imagePullPolicy": .string(isPinned ? "IfNotPresent" : "Always"),
      "env": .array(environment(resources)),
      "volumeMounts": PodVolumes(values: values).mounts,
      "securityContext": [
        "allowPrivilegeEscalation": false, "readOnlyRootFilesystem": true, "capabilities": ["drop": ["ALL"]],
      ],
    ]
    container["resources"] = resources.object
    guard !values.image.isOwn else { return .object(container) }
    container["command"] = [.string(WorkerPaths.program)]
    container["args"] = .array(arguments.map { .string($0) })
    container["workingDir"] = .string(WorkerPaths.state)
    // A node on which proofs are made may be too busy to answer at once: no worker is to die of that.
    container["readinessProbe"] = probe([], delay: 1, period: 5, timeout: 10, failures: 2)
    container["livenessProbe"] = probe(["--alive"], delay: 30, period: 30, timeout: 30, failures: 4)
    return .object(container)
  }

  private var isPinned: Bool { values.digest != nil || values.image.pulled.contains("@") }

  /// By digest if it is known, and then without the tag, which not every runtime takes beside it.
  private var image: String {
    guard let digest = values.digest else { return values.image.pulled }
    var name = values.image.pulled[...]
    if let at = name.firstIndex(of: "@") { name = name[..<at] }
    let lastSlash = name.lastIndex(of: "/") ?? name.startIndex
    if let colon = name[lastSlash...].lastIndex(of: ":") { name = name[..<colon] }
    return "\(name)@\(digest)"
  }

  private var arguments: [String] {
    var words = ["worker", "run"]
    switch values.wire {
    case .original: words += ["--client-config", WorkerPaths.clientFile]
    case .muster:
      words += ["--config", WorkerPaths.musterFile]
      if let kind = file.kind(values.circuit) {
        words += ["--kinds", kind]
      } else if file.kinds.isEmpty {
        words += ["--kinds", values.circuit, "--accept-kinds"]
      }
      if values.joinToken != nil { words += ["--join-token-file", WorkerPaths.joinTokenFile] }
    }
    let grace = values.graceSeconds
    let drain = max(grace - Self.handingBack, grace / 2)
    words += ["--state", WorkerPaths.state, "--ready-file", WorkerPaths.readyFile, "--drain-timeout", "\(drain)s"]
    return words
  }

  private func probe(_ more: [String], delay: Int64, period: Int64, timeout: Int64, failures: Int64) -> JSONValue {
    let command = [WorkerPaths.program, "worker", "check", "--ready-file", WorkerPaths.readyFile] + more
    return [
      "exec": ["command": .array(command.map { .string($0) })], "initialDelaySeconds": .integer(delay),
      "periodSeconds": .integer(period), "timeoutSeconds": .integer(timeout), "failureThreshold": .integer(failures),
    ]
  }

  /// The original's variables whatever is spoken, so that its own image runs from this deployment too; then ours; then the
  /// user's, which come before both.
  private func environment(_ resources: PodResources) -> [JSONValue] {
    let podName: JSONValue = ["fieldRef": ["fieldPath": "metadata.name"]]
    func value(_ name: String, _ text: String) -> (String, JSONValue) {
      (name, ["name": .string(name), "value": .string(text)])
    }
    func own(_ name: String) -> (String, JSONValue) { (name, ["name": .string(name), "valueFrom": podName]) }
    var variables = [
      value("CLIENT_UPSTREAM", upstream.url), own("CLIENT_PROVER_ID"), value("CLIENT_CONFIG", WorkerPaths.clientFile),
      value("CLIENT_CIRCUIT", values.circuit),
    ]
    if values.wire == .muster {
      variables += [value("MUSTER_COORDINATOR", upstream.address), own("MUSTER_NAME")]
      // A variable would beat what the file says.
      variables += resources.offers.filter { !file.keys.contains($0.setting) }
        .map { value("MUSTER_\($0.setting.uppercased())", $0.value) }
    }
    variables.removeAll { values.environment[$0.0] != nil }
    variables += values.environment.sorted { $0.key < $1.key }.map { value($0.key, $0.value) }
    return variables.map(\.1)
  }
}
