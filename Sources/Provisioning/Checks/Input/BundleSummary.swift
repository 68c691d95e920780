/// What the checks need to know of a bundle.
public struct BundleSummary: Sendable, Hashable {
  public var folder: String
  /// What is missing or damaged, a sentence each with its cure.
  public var problems: [String]
  /// Bytes that every machine gets, by its name.
  public var bytes: [String: Int64]

  public init(folder: String, problems: [String] = [], bytes: [String: Int64] = [:]) {
    self.folder = folder
    self.problems = problems
    self.bytes = bytes
  }
}
