extension KubernetesClient {
  /// In the order in which they are wanted: v5 can end standard input.
  static let streamProtocols = ["v5.channel.k8s.io", "v4.channel.k8s.io"]

  /// Runs a command in a container of a pod.
  ///
  /// - Throws: ``KubernetesError``: `refused` (no such pod or container, no right), `unsupported` with a server that
  ///   speaks only SPDY. That there is no such program is known later: ``ExecSession/exitStatus()``.
  public func exec(_ pod: String, in namespace: String, _ options: ExecOptions) async throws -> ExecSession {
    guard let program = options.command.first else {
      throw KubernetesError(.badValue, "nothing to run in pod '\(pod)': the command is empty; give a program")
    }
    return try await stream(
      pod, namespace, "exec", options.query, "run '\(program)' in pod '\(pod)' in namespace '\(namespace)'")
  }

  /// Attaches to the program of a container that runs already.
  ///
  /// - Parameter options: its command counts for nothing.
  /// - Throws: as ``exec(_:in:_:)``.
  public func attach(_ pod: String, in namespace: String, _ options: ExecOptions = ExecOptions([])) async throws
    -> ExecSession
  {
    var options = options
    options.command = []
    return try await stream(
      pod, namespace, "attach", options.query, "attach to pod '\(pod)' in namespace '\(namespace)'")
  }

  /// Connects to a port of a pod. Each connection is a call of its own.
  ///
  /// - Throws: as ``exec(_:in:_:)``. That nothing listens there is known when it is read.
  public func portForward(_ pod: String, in namespace: String, port: UInt16) async throws -> PortForward {
    let socket = try await openSocket(
      pod, namespace, "portforward", [("ports", String(port))], [Self.streamProtocols[1]])
    return PortForward(socket: socket, port: port)
  }

  private func stream(
    _ pod: String, _ namespace: String, _ part: String, _ query: [(name: String, value: String)], _ subject: String
  ) async throws -> ExecSession {
    ExecSession(
      socket: try await openSocket(pod, namespace, part, query, Self.streamProtocols), subject: subject)
  }

  private func openSocket(
    _ pod: String, _ namespace: String, _ part: String, _ query: [(name: String, value: String)],
    _ protocols: [String]
  ) async throws -> any APISocket {
    guard !pod.isEmpty, !namespace.isEmpty else {
      throw KubernetesError(.badValue, "cannot \(part) without the name of a pod and of its namespace; give both")
    }
    for name in [pod, namespace] {
      guard let fault = ResourceType.segmentFault(name) else { continue }
      throw KubernetesError(.badValue, "'\(name.prefix(100))' is no name of a pod or namespace: \(fault)")
    }
    try await waitForTurn()
    let path = ResourceType(plural: "pods", kind: "Pod").path(in: namespace, name: pod, subresource: part)
    return try await transport.openSocket(
      APIRequest(.get, path, query: query, patience: behaviour.patience), protocols: protocols)
  }
}
