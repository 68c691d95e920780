extension CoordinatorEndpoint {
  /// From `10.0.0.7`, `fd00::7`, `coordinator.example`, each with `:PORT` or without (IPv6 then in brackets).
  ///
  /// - Parameter port: the one that is meant if none is written.
  /// - Throws: ``WorkerDeploymentError`` (`bad_workers_value`): also for an address that Kubernetes takes into no Endpoints.
  public init(parsing text: String, port: Int = defaultPort) throws(WorkerDeploymentError) {
    do {
      let parsed = try EndpointText(text)
      self.init(host: parsed.host, port: parsed.port ?? port)
    } catch {
      throw WorkerDeploymentError(.badValue, error.text, details: ["given": BadText.shown(text)])
    }
  }

  /// What variables, flags and the values file say of it, without asking for anything else.
  ///
  /// - Returns: nil if nobody names a coordinator.
  /// - Throws: ``WorkerDeploymentError`` (`bad_workers_value`).
  public static func resolve(_ input: WorkerValuesInput) throws(WorkerDeploymentError) -> CoordinatorEndpoint? {
    let reader = try ValueReader(input)
    let endpoint = EndpointResolution(reader).endpoint()
    try reader.problems.throwIfAny()
    return endpoint
  }
}
