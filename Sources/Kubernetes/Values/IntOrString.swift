/// A number or a text: a port by number or by name, a count or a percentage.
public enum IntOrString: Sendable, Hashable, Codable, CustomStringConvertible, ExpressibleByIntegerLiteral,
  ExpressibleByStringLiteral
{
  case integer(Int32)
  case string(String)

  public init(integerLiteral value: Int32) { self = .integer(value) }
  public init(stringLiteral value: String) { self = .string(value) }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let value = try? container.decode(Int32.self) {
      self = .integer(value)
    } else {
      self = .string(try container.decode(String.self))
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .integer(let value): try container.encode(value)
    case .string(let value): try container.encode(value)
    }
  }

  public var description: String {
    switch self {
    case .integer(let value): "\(value)"
    case .string(let value): value
    }
  }

  /// The number itself, or so many hundredths of `total`; nil for a text that is no percentage.
  ///
  /// - Parameter roundsUp: as `maxSurge` does and `maxUnavailable` does not.
  public func scaled(of total: Int, roundsUp: Bool) -> Int? {
    switch self {
    case .integer(let value): return Int(value)
    case .string(let text):
      guard text.hasSuffix("%"), let percent = Int(text.dropLast()) else { return nil }
      let (product, overflow) = percent.multipliedReportingOverflow(by: total)
      if overflow { return nil }
      return product / 100 + (roundsUp && product % 100 > 0 ? 1 : 0)
    }
  }
}
