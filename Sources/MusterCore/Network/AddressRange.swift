/// Addresses that begin alike: `10.0.0.0/8`, `fd00::/64`, or one alone.
public struct AddressRange: Sendable, Hashable, CustomStringConvertible {
  private let prefix: [UInt8]
  private let bits: Int
  private let text: String

  /// Nil if `text` is no address, or what stands behind the slash is not a length of it.
  public init?(_ text: String) {
    let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    guard let bytes = AddressBytes.of(String(parts[0])) else { return nil }
    var bits = bytes.count * 8
    if parts.count == 2 {
      guard let given = Int(parts[1]), (0...bits).contains(given), parts[1].allSatisfy(\.isNumber) else { return nil }
      bits = given
    }
    prefix = bytes
    self.bits = bits
    self.text = text
  }

  /// Whether an address is one of them; an IPv4 one never is in an IPv6 range, nor the reverse.
  public func contains(_ address: String) -> Bool {
    guard let bytes = AddressBytes.of(address), bytes.count == prefix.count else { return false }
    let whole = bits / 8
    guard bytes[..<whole] == prefix[..<whole] else { return false }
    guard bits % 8 > 0 else { return true }
    let mask = UInt8(truncatingIfNeeded: 0xFF00 >> (bits % 8))
    return bytes[whole] & mask == prefix[whole] & mask
  }

  public var description: String { text }
}
