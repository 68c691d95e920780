/// A moment as the API writes it: RFC 3339 in UTC, whole seconds (`Time`) or microseconds (`MicroTime`).
public struct Time: Sendable, Hashable, Codable, CustomStringConvertible {
  public var description: String

  public init(from decoder: any Decoder) throws { description = try decoder.singleValueContainer().decode(String.self) }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
