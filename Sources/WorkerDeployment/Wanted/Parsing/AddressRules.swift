/// Which addresses Kubernetes takes into Endpoints.
///
/// Source: `ValidateNonSpecialIP` of `k8s.io/kubernetes/pkg/apis/core/validation`. Multicast addresses beyond the link are
/// refused here as well: nobody connects to one.
enum AddressRules {
  /// - Parameter bytes: four or sixteen.
  /// - Returns: the end of a sentence that begins with the address; nil if it is taken.
  static func fault(_ bytes: [UInt8]) -> String? {
    if bytes.count == 16, bytes[..<10].allSatisfy({ $0 == 0 }), bytes[10] == 0xFF, bytes[11] == 0xFF {
      let plain = bytes[12...].map(String.init).joined(separator: ".")
      return "an IPv4 address in the form of IPv6; write \(plain)"
    }
    guard let kind = kind(bytes) else { return nil }
    return
      "\(kind), which Kubernetes takes into no Endpoints; give the address of the coordinator's machine that every node reaches"
  }

  private static func kind(_ bytes: [UInt8]) -> String? {
    let isV4 = bytes.count == 4
    if bytes.allSatisfy({ $0 == 0 }) { return "the unspecified address" }
    if isV4 ? bytes[0] == 127 : bytes.dropLast().allSatisfy({ $0 == 0 }) && bytes.last == 1 {
      return "a loopback address"
    }
    if isV4 ? bytes[0] == 169 && bytes[1] == 254 : bytes[0] == 0xFE && bytes[1] & 0xC0 == 0x80 {
      return "a link-local address"
    }
    if isV4 ? bytes[0] & 0xF0 == 0xE0 : bytes[0] == 0xFF { return "a multicast address" }
    return nil
  }
}
