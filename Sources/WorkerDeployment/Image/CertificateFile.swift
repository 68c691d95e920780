import Foundation

/// The certificates of the authorities that this machine trusts, in one file.
public enum CertificateFile {
  /// Where distributions keep them; the first is also where programs in the image look.
  static let usual = [
    "/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
  ]

  /// Nil if this machine has none where it usually is.
  public static func find() -> String? { usual.first { FileManager.default.isReadableFile(atPath: $0) } }
}
