import MusterCore

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
