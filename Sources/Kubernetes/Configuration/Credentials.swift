import MusterCore

/// How a client shows who it is, for a while.
public struct Credentials: Sendable, Equatable {
  /// The whole value of an `Authorization` header: `Bearer …` or `Basic …`.
  public var authorization: Secret<String>?
  /// What the client shows while TLS connections are made.
  public var certificate: ClientCertificate?
  /// When they end, as far as is known.
  public var expires: Timestamp?

  public init(
    authorization: Secret<String>? = nil, certificate: ClientCertificate? = nil, expires: Timestamp? = nil
  ) {
    self.authorization = authorization
    self.certificate = certificate
    self.expires = expires
  }

  /// Of somebody who has a token.
  public static func token(_ token: Secret<String>, expires: Timestamp? = nil) -> Credentials {
    Credentials(authorization: Secret("Bearer \(token.reveal())"), expires: expires)
  }
}
