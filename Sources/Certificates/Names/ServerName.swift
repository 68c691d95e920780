import MusterCore
import SwiftASN1
import X509

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// By what a server is known to those who connect to it: a host's name or an address.
public enum ServerName: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// In lower case, without a dot at its end.
  case dns(String)
  /// The bytes of an IPv4 (4) or IPv6 (16) address.
  case address([UInt8])

  /// Reads a host's name (RFC 1123, at most 253 characters) or an address, an IPv6 one with or without brackets.
  ///
  /// - Throws: ``CertificatesError`` (`bad_name`).
  public init(_ text: String) throws(CertificatesError) {
    let isBracketed = text.hasPrefix("[") && text.hasSuffix("]") && text.contains(":")
    let bare = isBracketed ? String(text.dropFirst().dropLast()) : text
    if let bytes = AddressBytes.of(bare) {
      self = .address(bytes)
      return
    }
    var name = bare.lowercased()
    if name.hasSuffix(".") { name.removeLast() }
    let labels = name.split(separator: ".", omittingEmptySubsequences: false)
    let isName =
      (1...253).contains(name.utf8.count)
      && labels.allSatisfy { label in
        (1...63).contains(label.utf8.count) && label.first != "-" && label.last != "-"
          && label.utf8.allSatisfy {
            (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D || $0 == 0x5F
          }
      }
    // A name of digits alone at its end is an address that is not one.
    guard isName, labels.last?.allSatisfy(\.isNumber) != true else {
      throw CertificatesError(
        .badName,
        "'\(text.prefix(260))' is neither a host's name nor an address; give one, such as node1.example.com or 10.0.0.7"
      )
    }
    self = .dns(name)
  }

  public var description: String {
    switch self {
    case .dns(let name): return name
    case .address(let bytes):
      var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
      let family = bytes.count == 4 ? AF_INET : AF_INET6
      guard inet_ntop(family, bytes, &text, socklen_t(text.count)) != nil else { return "" }
      return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
  }

  public static func < (a: ServerName, b: ServerName) -> Bool { a.description < b.description }

  /// The names that a certificate gives to a server: DNS names and addresses of its subject alternative name.
  public static func all(in certificate: Certificate) -> [ServerName] {
    let names = try? certificate.extensions.subjectAlternativeNames
    return (names.map(Array.init) ?? []).compactMap { name in
      switch name {
      case .dnsName(let text): ServerName.pattern(text)
      case .ipAddress(let octets) where [4, 16].contains(octets.bytes.count): .address(Array(octets.bytes))
      default: nil
      }
    }
  }

  /// Whether a certificate that carries `self` may speak for `wanted`. `*.example.com` stands for one label, the first.
  public func covers(_ wanted: ServerName) -> Bool {
    if self == wanted { return true }
    guard case .dns(let own) = self, case .dns(let other) = wanted, own.hasPrefix("*.") else { return false }
    guard let dot = other.firstIndex(of: ".") else { return false }
    return other[dot...] == own.dropFirst()
  }

  var generalName: GeneralName {
    switch self {
    case .dns(let name): .dnsName(name)
    case .address(let bytes): .ipAddress(ASN1OctetString(contentBytes: bytes[...]))
    }
  }

  /// As a certificate of another authority may have it, with a wildcard.
  private static func pattern(_ text: String) -> ServerName? {
    guard text.hasPrefix("*.") else { return try? ServerName(text) }
    guard case .dns(let rest)? = try? ServerName(String(text.dropFirst(2))) else { return nil }
    return .dns("*.\(rest)")
  }
}
