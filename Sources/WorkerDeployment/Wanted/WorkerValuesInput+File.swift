extension WorkerValuesInput.File {
  /// The file in the working directory that is read when none is named.
  public static let standardName = "workers.yaml"

  /// - Parameter name: nil: ``standardName``, if there is one.
  /// - Returns: nil if none is named and there is none.
  /// - Throws: ``WorkerDeploymentError`` (`bad_workers_value`): which file, and why it cannot be used.
  public static func read(
    _ name: String?, reader: ValueFileReader = .disk
  ) throws(WorkerDeploymentError) -> WorkerValuesInput.File? {
    let path = name ?? standardName
    func error(_ reason: String) -> WorkerDeploymentError {
      WorkerDeploymentError(
        .badValue, "the values file \(BadText.quoted(path)) cannot be read: \(reason)", details: ["file": path])
    }
    switch reader.read(path, ValuesFile.largest) {
    case .unreadable(let reason):
      if name == nil, reason == ValueFileReader.missing { return nil }
      throw error(reason)
    case .bytes(let bytes) where bytes.count > ValuesFile.largest:
      throw error("it has over \(ValuesFile.largest >> 10) KiB; is it the right one?")
    case .bytes(let bytes):
      guard let text = String(validating: bytes, as: UTF8.self) else { throw error("it is not UTF-8 text") }
      return WorkerValuesInput.File(name: path, text: text)
    }
  }
}

extension WorkerValuesInput {
  /// Whether somebody names a stage, so that git need not be asked.
  ///
  /// - Throws: ``WorkerDeploymentError`` if the values file is none.
  public func namesStage() throws(WorkerDeploymentError) -> Bool { try ValueReader(self).text(.stage) != nil }
}
