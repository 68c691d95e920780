#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Reads IP addresses as the system writes them.
public enum AddressBytes {
  /// - Returns: four bytes of an IPv4 address, sixteen of an IPv6 one, in network order; nil if the text is neither.
  public static func of(_ text: String) -> [UInt8]? {
    var v4 = in_addr()
    if inet_pton(AF_INET, text, &v4) == 1 { return withUnsafeBytes(of: &v4) { Array($0) } }
    var v6 = in6_addr()
    if inet_pton(AF_INET6, text, &v6) == 1 { return withUnsafeBytes(of: &v6) { Array($0) } }
    return nil
  }
}
