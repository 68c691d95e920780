extension RegistryLogin {
  /// What variables, flags and the values file say of it, without asking for anything else.
  ///
  /// - Returns: nil if nobody names a user.
  /// - Throws: ``WorkerDeploymentError`` (`bad_workers_value`, `workers_value_missing`).
  public static func resolve(_ input: WorkerValuesInput) throws(WorkerDeploymentError) -> RegistryLogin? {
    let reader = try ValueReader(input)
    var resolution = ImageResolution(reader)
    let login = resolution.login()
    try reader.problems.throwIfAny()
    return login
  }
}
