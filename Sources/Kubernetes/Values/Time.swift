import MusterCore

/// A moment as the API writes it: RFC 3339, whole seconds in UTC (`Time`) or microseconds (`MicroTime`).
///
/// It keeps the form in which it was written, so that reading and writing changes nothing. Equal is what is written
/// alike; compare ``timestamp``s to ask whether two are the same moment.
public struct Time: Sendable, Hashable {
  /// Seconds since 1970 in UTC, and what is beyond them.
  private let seconds: Int64
  private let nanoseconds: Int32
  /// How many digits of a second were written, 0 to 9.
  private let decimals: UInt8
  /// Minutes east of Greenwich, or one of the two ways to write none.
  private let zone: Int16
  private static let zulu: Int16 = .max
  private static let minusZero: Int16 = .min

  /// Reads RFC 3339, as `2026-11-27T16:31:36Z`, `2026-11-27T16:31:36.123456Z` or `2026-11-27T17:31:36+01:00`.
  ///
  /// - Throws: ``KubernetesError`` (`badValue`).
  public init(_ text: String) throws(KubernetesError) {
    guard let time = Time(parsing: text) else {
      throw KubernetesError(
        .badValue, "'\(text.prefix(64))' is not a time; write for example 2026-11-27T16:31:36Z",
        details: ["given": String(text.prefix(256))])
    }
    self = time
  }

  /// With whole seconds, as `Time` has them; what is below is cut.
  public init(_ timestamp: Timestamp) { self.init(timestamp, decimals: 0) }

  /// With six decimals, as `MicroTime` wants them (leases, events).
  public static func micro(_ timestamp: Timestamp) -> Time { Time(timestamp, decimals: 6) }

  private init(_ timestamp: Timestamp, decimals: UInt8) {
    let whole = timestamp.milliseconds.quotientAndRemainderFloored(by: 1000)
    // The four digits of a year are the limit of the format.
    seconds = min(max(whole.quotient, -62_135_596_800), 253_402_300_799)
    nanoseconds = decimals == 0 ? 0 : Int32(whole.remainder) * 1_000_000
    self.decimals = decimals
    zone = Self.zulu
  }

  /// Whether it is an earlier moment, to the nanosecond, however the two are written.
  public func isBefore(_ other: Time) -> Bool {
    (seconds, nanoseconds) < (other.seconds, other.nanoseconds)
  }

  /// To the millisecond; what is below is cut.
  public var timestamp: Timestamp { Timestamp(milliseconds: seconds * 1000 + Int64(nanoseconds) / 1_000_000) }
}

extension Time: Codable, CustomStringConvertible {
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let time = Time(parsing: text) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "'\(text.prefix(64))' is not a time")
    }
    self = time
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }

  public var description: String {
    let offset = zone == Self.zulu || zone == Self.minusZero ? 0 : Int64(zone)
    let local = (seconds + offset * 60).quotientAndRemainderFloored(by: 86_400)
    let date = CivilDate(daysSince1970: local.quotient)
    let ofDay = local.remainder
    var text =
      "\(Self.padded(date.year, 4))-\(Self.padded(date.month, 2))-\(Self.padded(date.day, 2))"
      + "T\(Self.padded(ofDay / 3600, 2)):\(Self.padded(ofDay / 60 % 60, 2)):\(Self.padded(ofDay % 60, 2))"
    if decimals > 0 { text += ".\(Self.padded(Int64(nanoseconds), 9).prefix(Int(decimals)))" }
    switch zone {
    case Self.zulu: return text + "Z"
    case Self.minusZero: return text + "-00:00"
    default:
      let minutes = Int64(abs(zone))
      return text + "\(zone < 0 ? "-" : "+")\(Self.padded(minutes / 60, 2)):\(Self.padded(minutes % 60, 2))"
    }
  }

  private static func padded(_ number: Int64, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(width - digits.count, 0)) + digits
  }

  private init?(parsing text: String) {
    var rest = text.utf8[...]
    func number(_ count: Int) -> Int64? {
      let digits = rest.prefix(count)
      guard digits.count == count, digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
      rest = rest.dropFirst(count)
      return digits.reduce(0) { $0 * 10 + Int64($1 - 0x30) }
    }
    func take(_ byte: Unicode.Scalar) -> Bool {
      guard rest.first == UInt8(ascii: byte) else { return false }
      rest = rest.dropFirst()
      return true
    }
    guard let year = number(4), take("-"), let month = number(2), take("-"), let day = number(2), take("T"),
      let hour = number(2), take(":"), let minute = number(2), take(":"), let second = number(2),
      let date = CivilDate(year: year, month: month, day: day), hour < 24, minute < 60, second < 60
    else { return nil }
    var nanoseconds: Int64 = 0
    var decimals = 0
    if take(".") {
      decimals = rest.prefix { (0x30...0x39).contains($0) }.count
      guard (1...9).contains(decimals), let fraction = number(decimals) else { return nil }
      nanoseconds = fraction
      for _ in decimals..<9 { nanoseconds *= 10 }
    }
    var offset: Int64 = 0
    if take("Z") {
      zone = Self.zulu
    } else {
      let isWest = rest.first == UInt8(ascii: "-")
      guard take("+") || take("-"), let hours = number(2), take(":"), let minutes = number(2), hours < 24, minutes < 60
      else { return nil }
      offset = (isWest ? -1 : 1) * (hours * 60 + minutes)
      zone = isWest && offset == 0 ? Self.minusZero : Int16(offset)
    }
    guard rest.isEmpty else { return nil }
    seconds = date.daysSince1970 * 86_400 + hour * 3600 + minute * 60 + second - offset * 60
    self.nanoseconds = Int32(nanoseconds)
    self.decimals = UInt8(decimals)
  }
}

extension Int64 {
  /// Like `quotientAndRemainder`, but rounded down, so that the remainder is never negative.
  fileprivate func quotientAndRemainderFloored(by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
  }
}
