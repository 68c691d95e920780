/// One aspect of an object's state.
public struct Condition: Sendable, Hashable, Codable {
  public var type: String
  /// `True`, `False` or `Unknown`.
  public var status: String
  public var reason: String?
  public var message: String?
  public var lastTransitionTime: Time?
  public var lastUpdateTime: Time?
  public var lastProbeTime: Time?
  public var lastHeartbeatTime: Time?
  public var observedGeneration: Int?

  public init(
    type: String, status: String, reason: String? = nil, message: String? = nil, lastTransitionTime: Time? = nil,
    lastUpdateTime: Time? = nil, lastProbeTime: Time? = nil, lastHeartbeatTime: Time? = nil,
    observedGeneration: Int? = nil
  ) {
    self.type = type
    self.status = status
    self.reason = reason
    self.message = message
    self.lastTransitionTime = lastTransitionTime
    self.lastUpdateTime = lastUpdateTime
    self.lastProbeTime = lastProbeTime
    self.lastHeartbeatTime = lastHeartbeatTime
    self.observedGeneration = observedGeneration
  }
}
