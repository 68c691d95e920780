/// An amount of a resource: `500m`, `1.5Gi`, `2`, `1e3`. Exact to a billionth, without floating point.
///
/// Source of the format: `k8s.io/apimachinery/pkg/api/resource.Quantity`. As there, what is finer than a billionth is
/// rounded away from zero, and the written form is a canonical one.
public struct Quantity: Sendable {
  /// How it was written; its canonical form keeps to that.
  public enum Form: Sendable, Hashable {
    /// `k M G T P E`, `m u n`: powers of 1000.
    case decimal
    /// `Ki Mi Gi Ti Pi Ei`: powers of 1024.
    case binary
    /// `1e3`.
    case exponent
  }

  /// Billionths; over 64 bits, because amounts up to 2^63 have nine decimals.
  let nanos: Int128
  public let form: Form

  /// The largest amount either way, 10^28: two of them can be added, and beyond it lie only typing errors.
  static let largest: Int128 = 10_000_000_000_000_000_000_000_000_000 * 1_000_000_000
  /// What the API server cuts amounts in powers of 1024 to.
  static let largestBinary: Int128 = Int128(Int64.max) * 1_000_000_000

  init(nanos: Int128, form: Form) {
    let limit = form == .binary ? Self.largestBinary : Self.largest
    self.nanos = min(max(nanos, -limit), limit)
    self.form = form
  }

  /// A whole number of units.
  public init(_ value: Int64, form: Form = .decimal) {
    self.init(nanos: Int128(value) * 1_000_000_000, form: form)
  }

  /// A number of thousandths, as CPU is given.
  public init(thousandths: Int64, form: Form = .decimal) {
    self.init(nanos: Int128(thousandths) * 1_000_000, form: form)
  }

  /// In whole units, rounded away from zero, as the scheduler counts; at most 2^63 - 1.
  public var value: Int64 { Int64(clamping: Self.roundedUp(nanos, 1_000_000_000)) }

  /// In thousandths, rounded away from zero; at most 2^63 - 1.
  public var thousandths: Int64 { Int64(clamping: Self.roundedUp(nanos, 1_000_000)) }

  /// For display and statistics.
  public var approximate: Double { Double(nanos) / 1e9 }

  public static var zero: Quantity { Quantity(0) }

  /// In the form of `a`, unless that is zero. Ends at the largest amount instead of overflowing.
  public static func + (a: Quantity, b: Quantity) -> Quantity {
    Quantity(nanos: a.nanos + b.nanos, form: a.nanos == 0 ? b.form : a.form)
  }

  public static func - (a: Quantity, b: Quantity) -> Quantity {
    Quantity(nanos: a.nanos - b.nanos, form: a.nanos == 0 ? b.form : a.form)
  }

  public static func += (a: inout Quantity, b: Quantity) { a = a + b }
  public static func -= (a: inout Quantity, b: Quantity) { a = a - b }

  private static func roundedUp(_ nanos: Int128, _ unit: Int128) -> Int128 {
    let (quotient, remainder) = nanos.quotientAndRemainder(dividingBy: unit)
    return remainder == 0 ? quotient : quotient + remainder.signum()
  }
}

/// Equal is the same amount, in whatever form: `1000m` and `1`.
extension Quantity: Hashable, Comparable {
  public static func == (a: Quantity, b: Quantity) -> Bool { a.nanos == b.nanos }
  public static func < (a: Quantity, b: Quantity) -> Bool { a.nanos < b.nanos }
  public func hash(into hasher: inout Hasher) { hasher.combine(nanos) }
}

extension Quantity: Codable {
  /// From a string, or from a number as people write in manifests.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let text = try? container.decode(String.self) {
      do {
        self = try Quantity(text)
      } catch {
        throw DecodingError.dataCorruptedError(in: container, debugDescription: error.message)
      }
    } else if let value = try? container.decode(Int64.self) {
      self.init(value)
    } else {
      // The shortest digits of a fraction are those that were written.
      let value = try container.decode(Double.self)
      do {
        self = try Quantity(JSONWriter.numberText(value))
      } catch {
        throw DecodingError.dataCorruptedError(in: container, debugDescription: error.message)
      }
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
