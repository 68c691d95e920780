/// What came of variables, flags and the values file.
public struct ResolvedWorkers: Sendable, Equatable {
  public var values: WorkerValues
  /// What the image is made of; where it goes is in ``WorkerValues/image``.
  public var image: ImageValues
  /// Warnings, a sentence each, in a fixed order.
  public var remarks: [String]
  /// What was decided where nothing was said, a sentence each, in a fixed order. Both references are in ``WorkerValues/image``.
  public var notes: [String]

  public init(values: WorkerValues, image: ImageValues, remarks: [String] = [], notes: [String] = []) {
    self.values = values
    self.image = image
    self.remarks = remarks
    self.notes = notes
  }
}
