import MusterCore

/// Why somebody is not let in, or a change of who is.
public struct TrustError: CodedError {
  /// Which error it is. Compare with the constants; more may come.
  public struct Code: Sendable, Hashable {
    private enum Name: String {
      case badToken = "bad_token"
      case unknownToken = "unknown_token"
      case tokenExpired = "token_expired"
      case tokenUsedUp = "token_used_up"
      case tokenRevoked = "token_revoked"
      case wrongUse = "wrong_use"
      case nameTaken = "name_taken"
      case badRequest = "bad_request"
      case notFound = "not_found"
      case revoked = "revoked"
      case unavailable = "trust_store_unavailable"
    }
    private let name: Name

    /// The text is no token, or was changed or cut off.
    public static let badToken = Code(name: .badToken)
    /// Nobody made such a token here, or its secret is another.
    public static let unknownToken = Code(name: .unknownToken)
    public static let tokenExpired = Code(name: .tokenExpired)
    public static let tokenUsedUp = Code(name: .tokenUsedUp)
    public static let tokenRevoked = Code(name: .tokenRevoked)
    /// The token is for something else.
    public static let wrongUse = Code(name: .wrongUse)
    /// Somebody else has the name.
    public static let nameTaken = Code(name: .nameTaken)
    public static let badRequest = Code(name: .badRequest)
    public static let notFound = Code(name: .notFound)
    /// The certificate was taken back.
    public static let revoked = Code(name: .revoked)
    /// The store of tokens and identities does not answer.
    public static let unavailable = Code(name: .unavailable)

    public var text: String { name.rawValue }
  }

  public let code: Code
  public let message: String
  public let details: [String: String]
  public let cause: (any Error)?
  public var codeName: String { code.text }
  public var description: String { message }

  public init(_ code: Code, _ message: String, details: [String: String] = [:], cause: (any Error)? = nil) {
    self.code = code
    self.message = message
    self.details = details
    self.cause = cause
  }
}
