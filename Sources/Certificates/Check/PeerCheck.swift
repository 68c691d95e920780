import Foundation
import MusterCore
@_spi(FixedExpiryValidationTime) import X509

/// Checks the certificate that a peer has shown in a handshake, and says exactly what is wrong with it.
public struct PeerCheck: Sendable {
  /// What the peer is to us.
  public enum Side: Sendable, Hashable {
    case client
    /// The name that was connected to; nil if none has to fit.
    case server(ServerName?)
  }

  private let roots: CertificateStore

  /// Certificates of one chain: its owner's, and three that lead to an authority.
  public static let longestChain = 4
  /// Bytes of one certificate.
  public static let largestCertificate = 16_384

  /// - Parameter roots: authorities that are trusted; what they signed is taken.
  public init(roots: [Certificate]) { self.roots = CertificateStore(roots) }

  /// - Parameter chain: the peer's certificate first, then those that lead to an authority, in any order.
  /// - Returns: the peer's certificate. The handshake has proved that the peer has its key.
  public func check(_ chain: [Certificate], as side: Side, at now: Timestamp) async -> Result<Certificate, PeerRefusal>
  {
    await path(of: chain, as: side, at: now).map { $0[0] }
  }

  /// - Parameter chain: as for ``check(_:as:at:)``.
  /// - Returns: the peer's certificate, those that lead from it to the authority, and the authority's.
  public func path(
    of chain: [Certificate], as side: Side, at now: Timestamp
  ) async -> Result<[Certificate], PeerRefusal> {
    // What a verifier searches grows faster than exponentially with a chain's length, and it is anybody who brings one.
    guard let leaf = chain.first, chain.count <= Self.longestChain else { return .failure(.unreadable) }
    // At a time when the certificate itself was valid: first who signed it is of interest, then whether it still holds.
    let time = min(max(now.date, leaf.notValidBefore), leaf.notValidAfter)
    var verifier = Verifier(rootCertificates: roots) {
      RFC5280Policy(fixedExpiryValidationTime: time)
    }
    let result = await verifier.validate(leaf: leaf, intermediates: CertificateStore(chain.dropFirst()))
    guard case .validCertificate(let path) = result else {
      return .failure(.foreign(issuer: "\(leaf.issuer)"))
    }
    for certificate in path {
      if certificate.notValidAfter < now.date { return .failure(.expired(Timestamp(certificate.notValidAfter))) }
      if certificate.notValidBefore > now.date { return .failure(.notYetValid(Timestamp(certificate.notValidBefore))) }
    }
    let usages = try? leaf.extensions.extendedKeyUsage
    let wanted: ExtendedKeyUsage.Usage = side == .client ? .clientAuth : .serverAuth
    guard usages.map({ $0.contains(wanted) || $0.contains(.any) }) ?? true else { return .failure(.wrongPurpose) }
    if case .server(let name?) = side {
      let names = ServerName.all(in: leaf)
      guard names.contains(where: { $0.covers(name) }) else { return .failure(.wrongName(wanted: name, names: names)) }
    }
    return .success(Array(path))
  }

  /// Reads certificates as a TLS library gives them (DER); nil if one cannot be read, or they are too many or too large.
  public static func certificates(_ chain: [[UInt8]]) -> [Certificate]? {
    guard chain.count <= longestChain, chain.allSatisfy({ $0.count <= largestCertificate }) else { return nil }
    let certificates = chain.compactMap { try? Certificate(derEncoded: $0) }
    return certificates.count == chain.count ? certificates : nil
  }
}
