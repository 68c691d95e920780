extension WorkerValues {
  /// Flags over variables over the values file over what is built in; everything that is wrong is said at once.
  ///
  /// - Throws: ``WorkerDeploymentError`` (`bad_workers_value`, or `workers_value_missing` if all that is wrong is that something
  ///   was not said), with a line for each problem. No message repeats a password or a token.
  public static func resolve(_ input: WorkerValuesInput) throws(WorkerDeploymentError) -> ResolvedWorkers {
    var resolution = try ValueResolution(input)
    return try resolution.resolve()
  }
}
