/// What came of variables, flags and the values file.
public struct ResolvedWorkers: Sendable, Equatable {
  public var values: WorkerValues
  /// What the image is made of; where it goes is in ``WorkerValues/image``.
  public var image: ImageValues
  /// Warnings and what was decided for the user, a sentence each, in a fixed order.
  public var remarks: [String]

  public init(values: WorkerValues, image: ImageValues, remarks: [String] = []) {
    self.values = values
    self.image = image
    self.remarks = remarks
  }
}
