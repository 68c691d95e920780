/// Where the workers are. All that commands need which deploy nothing: status, scale, logs, restart, teardown.
public struct WorkersPlace: Sendable, Hashable {
  public var namespace: String
  /// False: nobody named one.
  public var isNamespaceGiven: Bool
  /// Warnings, a sentence each.
  public var remarks: [String]

  static let standard = "default"

  public init(namespace: String, isNamespaceGiven: Bool, remarks: [String] = []) {
    self.namespace = namespace
    self.isNamespaceGiven = isNamespaceGiven
    self.remarks = remarks
  }

  /// What variables, flags and the values file say of it, without asking for anything else.
  ///
  /// - Throws: ``WorkerDeploymentError`` (`bad_workers_value`); also for keys of the values file that do not exist.
  public static func resolve(_ input: WorkerValuesInput) throws(WorkerDeploymentError) -> WorkersPlace {
    let reader = try ValueReader(input)
    let place = PlaceResolution(reader).resolve()
    try reader.problems.throwIfAny()
    return place
  }
}
