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

/// A client's certificate and its key, both in PEM.
public struct ClientCertificate: Sendable, Equatable {
  /// The client's own certificate first, then those up to its authority.
  public var chain: String
  public var key: Secret<String>

  public init(chain: String, key: Secret<String>) {
    self.chain = chain
    self.key = key
  }
}
