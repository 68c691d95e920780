import MusterCore

/// What is wrong with a certificate, a key or the file that holds it.
public struct CertificatesError: CodedError {
  /// Which error it is. Compare with the constants; more may come.
  public struct Code: Sendable, Hashable {
    private enum Name: String {
      case unreadableFile = "unreadable_file"
      case unwritableFile = "unwritable_file"
      case badCertificate = "bad_certificate"
      case badKey = "bad_key"
      case badRequest = "bad_request"
      case badName = "bad_name"
    }
    private let name: Name

    /// A file is missing, or may not be read.
    public static let unreadableFile = Code(name: .unreadableFile)
    public static let unwritableFile = Code(name: .unwritableFile)
    /// The bytes are no certificate, or not one that can serve here.
    public static let badCertificate = Code(name: .badCertificate)
    /// The bytes are no private key, or not that of the certificate.
    public static let badKey = Code(name: .badKey)
    /// The bytes are no signing request, or its signature does not hold.
    public static let badRequest = Code(name: .badRequest)
    /// The text is neither a host's name nor an address.
    public static let badName = Code(name: .badName)

    var text: String { name.rawValue }
  }

  public let code: Code
  public let message: String
  public let details: [String: String]
  public let cause: (any Error)?
  public var codeName: String { code.text }
  /// The message alone: causes here are a parser's own words, which say nothing more to a person.
  public var description: String { message }

  init(_ code: Code, _ message: String, details: [String: String] = [:], cause: (any Error)? = nil) {
    self.code = code
    self.message = message
    self.details = details
    self.cause = cause
  }

  /// Two files that do not belong together.
  public static func mismatch(_ certificatePath: String, _ keyPath: String) -> CertificatesError {
    CertificatesError(
      .badKey,
      "the key in '\(keyPath)' is not that of the first certificate in '\(certificatePath)'; give the two that belong together",
      details: ["certificate": certificatePath, "key": keyPath])
  }
}
