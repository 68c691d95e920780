import X509

/// Certificates in files.
public enum CertificateFile {
  /// All certificates of a PEM file.
  ///
  /// - Throws: ``CertificatesError``.
  public static func all(_ path: String) throws(CertificatesError) -> [Certificate] {
    try Certificate.all(inPEM: try PrivateFile.read(path), of: "'\(path)'")
  }

  /// The first one.
  public static func first(_ path: String) throws(CertificatesError) -> Certificate {
    guard let first = try all(path).first else {
      throw CertificatesError(.badCertificate, "'\(path)' holds no certificate")
    }
    return first
  }
}
