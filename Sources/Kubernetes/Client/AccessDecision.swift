/// Whether somebody may do something.
public struct AccessDecision: Sendable, Hashable, Decodable {
  /// Whether the server allows it.
  public let isAllowed: Bool
  /// Whether something forbids it, beyond that nothing allows it.
  public let isDenied: Bool
  public let reason: String?

  private enum CodingKeys: String, CodingKey {
    case status, allowed, denied, reason
  }

  public init(from decoder: any Decoder) throws {
    let status = try decoder.container(keyedBy: CodingKeys.self)
      .nestedContainer(keyedBy: CodingKeys.self, forKey: .status)
    isAllowed = try status.decodeIfPresent(Bool.self, forKey: .allowed) ?? false
    isDenied = try status.decodeIfPresent(Bool.self, forKey: .denied) ?? false
    reason = try status.decodeIfPresent(String.self, forKey: .reason)
  }
}
