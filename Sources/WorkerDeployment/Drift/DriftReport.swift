/// What has changed since the workers were deployed, and what could not be compared.
public struct DriftReport: Sendable, Hashable {
  public var drifts: [Drift] = []
  /// Why something is not known, a sentence each.
  public var unknown: [String] = []

  public init() {}
}
