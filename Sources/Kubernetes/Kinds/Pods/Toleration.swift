/// A taint that does not keep the pod away.
public struct Toleration: Sendable, Hashable, Codable {
  public var key: String?
  public var `operator`: String?
  public var value: String?
  public var effect: String?
  public var tolerationSeconds: Int?

  public init(
    key: String? = nil, operator: String? = nil, value: String? = nil, effect: String? = nil,
    tolerationSeconds: Int? = nil
  ) {
    self.key = key
    self.operator = `operator`
    self.value = value
    self.effect = effect
    self.tolerationSeconds = tolerationSeconds
  }
}
